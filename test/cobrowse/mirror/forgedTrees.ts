import { BODY, DOCUMENT, el, HTML, incremental, mutation, text } from './recorded.ts';

export interface ForgedEvents {
  name: string;
  /** Or JSON. */
  events: unknown;
}

const loop = el('div', {}, ['loop']);
const clash = (id: number) => el('b', {}, ['clash'], { id });

/** As JSON: nothing here can write it otherwise. */
function deep(levels: number): string {
  const open = (level: number) => `{"type":2,"id":${100_000 + level},"tagName":"div","attributes":{},"childNodes":[`;
  const tree = Array.from({ length: levels }, (_, level) => open(level)).join('') + ']}'.repeat(levels);
  return JSON.stringify([mutation({ adds: [{ parentId: BODY, nextId: null, node: 'DEEP' }] })]).replace('"DEEP"', tree);
}

/** Events that a full page may be followed by: none may do anything but leave the page or make it ask for another. */
export const forgedTrees: readonly ForgedEvents[] = [
  { name: 'no list', events: { type: 3 } },
  { name: 'a number', events: 7 },
  { name: 'null', events: null },
  { name: 'a list of nothing', events: [null, undefined, 1, 'x', []] },
  { name: 'no data', events: [{ type: 3 }, { type: 2 }, { type: 4 }, { type: 5 }] },
  { name: 'data of another kind', events: [{ type: 3, data: 'x' }] },
  { name: 'unknown types', events: [{ type: 99, data: {} }, { type: '3', data: {} }, incremental(77, { id: 4 })] },
  {
    name: 'prototypes',
    events: JSON.parse(
      '[{"type":3,"data":{"source":0,"adds":[],"removes":[],"texts":[],"attributes":[{"id":4,"attributes":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}],"__proto__":{"polluted":1}}}]',
    ),
  },
  { name: 'a node in itself', events: [mutation({ adds: [{ parentId: loop.id, nextId: null, node: loop }] })] },
  {
    name: 'nodes in each other',
    events: [
      mutation({
        adds: [
          { parentId: 7001, nextId: null, node: el('i', {}, [], { id: 7002 }) },
          { parentId: 7002, nextId: null, node: el('i', {}, [], { id: 7001 }) },
        ],
      }),
    ],
  },
  {
    name: 'nodes before each other',
    events: [
      mutation({
        adds: [
          { parentId: BODY, nextId: 7004, node: el('i', {}, [], { id: 7003 }) },
          { parentId: BODY, nextId: 7003, node: el('i', {}, [], { id: 7004 }) },
        ],
      }),
    ],
  },
  {
    name: 'its parent’s own number',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: clash(BODY) }] })],
  },
  {
    name: 'its grandparent’s own number',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: clash(HTML) }] })],
  },
  {
    name: 'the document’s own number',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: clash(DOCUMENT) }] })],
  },
  {
    name: 'one number twice',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: el('p', {}, [clash(8001), clash(8001)]) }] })],
  },
  {
    name: 'numbers that are none',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: { ...clash(1.5) } }] })],
  },
  {
    name: 'numbers as text',
    events: [mutation({ adds: [{ parentId: String(BODY), nextId: null, node: clash(8003) }] })],
  },
  { name: 'an unknown parent', events: [mutation({ adds: [{ parentId: 999_999, nextId: null, node: clash(8002) }] })] },
  {
    name: 'unknown everything',
    events: [
      mutation({
        removes: [{ parentId: 1, id: 424_242 }],
        texts: [{ id: 424_242, value: 'x' }],
        attributes: [{ id: 424_242, attributes: { onclick: 'x' } }],
      }),
    ],
  },
  { name: 'the document removed', events: [mutation({ removes: [{ parentId: 0, id: DOCUMENT }] })] },
  { name: 'the root removed', events: [mutation({ removes: [{ parentId: DOCUMENT, id: HTML }] })] },
  {
    name: 'two roots',
    events: [
      mutation({
        adds: [
          { parentId: DOCUMENT, nextId: null, node: el('html', {}, [el('body', {}, ['x'])]) },
          { parentId: DOCUMENT, nextId: null, node: el('script', {}, ['window.ran=1']) },
        ],
      }),
    ],
  },
  { name: 'great depth', events: deep(20_000) },
  {
    name: 'a long list',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el(
              'div',
              {},
              Array.from({ length: 20_000 }, () => text('x')),
            ),
          },
        ],
      }),
    ],
  },
];
