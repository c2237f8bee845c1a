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
import * as sources from './sources.ts';

export * as NodeKind from './nodeKinds.ts';
export * as Source from './sources.ts';

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
  incremental({ source: sources.mutation, ...changes, ...(isAttachIframe && { isAttachIframe }) } as mutationData);

export const incremental = (data: incrementalData): PageEvent => ({ type: 3, data }) as PageEvent;

export const full = (node: PageNode, initialOffset: { top: number; left: number }): PageEvent =>
  ({ type: 2, data: { node, initialOffset } }) as PageEvent;

export const meta = (data: metaEvent['data']): PageEvent => ({ type: 4, data }) as PageEvent;

/** What rrweb’s format has no event for. */
export const custom = (tag: `cv.${string}`, payload: unknown): PageEvent =>
  ({ type: 5, data: { tag, payload } }) as PageEvent;
