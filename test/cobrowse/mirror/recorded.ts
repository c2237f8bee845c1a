/** Nodes as rrweb records them, by hand. */
export interface RecordedNode {
  type: number;
  id: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  childNodes?: RecordedNode[];
  textContent?: string;
  compatMode?: string;
  [more: string]: unknown;
}

let last = 100;

export const text = (textContent: string, id = ++last): RecordedNode => ({ type: 3, id, textContent });

export function el(
  tagName: string,
  attributes: Record<string, unknown> = {},
  childNodes: (RecordedNode | string)[] = [],
  more: Record<string, unknown> = {},
): RecordedNode {
  const children = childNodes.map((child) => (typeof child === 'string' ? text(child) : child));
  return { type: 2, id: ++last, tagName, attributes, childNodes: children, ...more };
}

export const DOCUMENT = 1;
export const HTML = 2;
const HEAD = 3;
export const BODY = 4;

/** A whole page. */
export function page(body: (RecordedNode | string)[], head: RecordedNode[] = [], more: Record<string, unknown> = {}) {
  return [
    { type: 4, data: { href: 'https://shop.example/', width: 800, height: 600 }, timestamp: 1 },
    {
      type: 2,
      timestamp: 2,
      data: {
        initialOffset: { left: 0, top: 0 },
        node: {
          type: 0,
          id: DOCUMENT,
          compatMode: 'CSS1Compat',
          childNodes: [
            { type: 1, id: 99, name: 'html', publicId: '', systemId: '' },
            el('html', {}, [el('head', {}, head, { id: HEAD }), el('body', {}, body, { id: BODY })], { id: HTML }),
          ],
          ...more,
        },
      },
    },
  ];
}

export const incremental = (source: number, data: Record<string, unknown>) => ({
  type: 3,
  timestamp: 3,
  data: { source, ...data },
});

export const mutation = (changes: Record<string, unknown>) =>
  incremental(0, { adds: [], removes: [], texts: [], attributes: [], ...changes });

export const add = (parentId: number, node: RecordedNode, nextId: number | null = null) =>
  mutation({ adds: [{ parentId, nextId, node }] });

export const custom = (tag: string, payload: unknown) => ({ type: 5, timestamp: 3, data: { tag, payload } });
