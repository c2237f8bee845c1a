import type {
  addedNodeMutation,
  attributeMutation,
  eventWithoutTime,
  incrementalData,
  metaEvent,
  mutationData,
  removedNodeMutation,
  serializedNodeWithId,
  textMutation,
} from '@rrweb/types';

/** rrweb’s numbers, as far as they are used; its enums are types only. */
export const NodeKind = { document: 0, doctype: 1, element: 2, text: 3 } as const;

export const Source = {
  mutation: 0,
  mouseMove: 1,
  mouseInteraction: 2,
  scroll: 3,
  viewport: 4,
  input: 5,
  touchMove: 6,
  media: 7,
  styleSheetRule: 8,
  drag: 12,
  styleDeclaration: 13,
  selection: 14,
  adoptedStyleSheet: 15,
  customElement: 16,
} as const;

export type PageEvent = eventWithoutTime;
export type PageNode = serializedNodeWithId;

/** What one turn found out about the tree. */
export interface Changes {
  texts: textMutation[];
  attributes: attributeMutation[];
  removes: removedNodeMutation[];
  adds: addedNodeMutation[];
}

export const noChanges = (): Changes => ({ texts: [], attributes: [], removes: [], adds: [] });

export const hasChanges = ({ texts, attributes, removes, adds }: Changes): boolean =>
  texts.length > 0 || attributes.length > 0 || removes.length > 0 || adds.length > 0;

export const mutation = (changes: Changes, isAttachIframe?: true): PageEvent =>
  incremental({ source: Source.mutation, ...changes, ...(isAttachIframe && { isAttachIframe }) } as mutationData);

export const incremental = (data: incrementalData): PageEvent => ({ type: 3, data }) as PageEvent;

export const full = (node: PageNode, initialOffset: { top: number; left: number }): PageEvent =>
  ({ type: 2, data: { node, initialOffset } }) as PageEvent;

export const meta = (data: metaEvent['data']): PageEvent => ({ type: 4, data }) as PageEvent;

/** What rrweb’s format has no event for. */
export const custom = (tag: `cv.${string}`, payload: unknown): PageEvent =>
  ({ type: 5, data: { tag, payload } }) as PageEvent;
