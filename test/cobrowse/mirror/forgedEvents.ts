import type { ForgedEvents } from './forgedTrees.ts';
import { BODY, custom, DOCUMENT, el, incremental, mutation, page, text } from './recorded.ts';

/** Attributes under names that no markup can give them. */
const oddNames = [
  'on click',
  'onclick\0',
  'ＯＮclick',
  'on\u0131nput',
  '/onclick',
  '"onclick',
  'x onload',
  '',
  ' ',
  '=',
  '>',
  '__proto__',
  'constructor',
  'xlink:href',
  'XLINK:HREF',
  'xml:base',
  'srcDoc',
  'SRCDOC',
  'style ',
  '\u2028onclick',
  'href\n',
  'data-\u0000',
  'aria-on click',
  'formAction',
  'cv-href',
  'is',
];

const named = (tag: string) =>
  el(tag, Object.fromEntries(oddNames.map((name) => [name, 'javascript:window.ran=1'])), ['x']);

/** `FORBIDDEN` is the address of the server that nobody may ask. */
export const forgedEvents: readonly ForgedEvents[] = [
  {
    name: 'odd names',
    events: [
      mutation({
        adds: ['p', 'a', 'img', 'x-y', 'form', 'iframe', 'svg'].map((tag) => ({
          parentId: BODY,
          nextId: null,
          node: named(tag),
        })),
      }),
    ],
  },
  {
    name: 'odd names in SVG',
    events: [mutation({ adds: [{ parentId: BODY, nextId: null, node: { ...named('svg'), isSVG: true } }] })],
  },
  {
    name: 'odd elements',
    events: [
      mutation({
        adds: [
          '',
          ' ',
          'p onclick=x',
          'a:script',
          'svg:script',
          'xlink:script',
          'SCRIPT',
          'ſcript',
          'script ',
          'script/',
          '<script>',
          '__proto__',
          'constructor',
          'toString',
        ].map((tag) => ({ parentId: BODY, nextId: null, node: el(tag, { src: 'javascript:1' }, ['window.ran=1']) })),
      }),
    ],
  },
  {
    name: 'script under an SVG’s name',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el(
              'svg',
              {},
              [
                el('script', {}, ['window.ran=1'], { isSVG: true }),
                el('a', { 'xlink:href': 'javascript:window.ran=1' }, ['x'], { isSVG: true }),
              ],
              { isSVG: true },
            ),
          },
        ],
      }),
    ],
  },
  {
    name: 'script text later',
    events: [
      mutation({ adds: [{ parentId: BODY, nextId: null, node: el('script', {}, [], { id: 8101 }) }] }),
      mutation({ adds: [{ parentId: 8101, nextId: null, node: text('window.ran=1', 8102) }] }),
      mutation({ texts: [{ id: 8102, value: 'window.ran=2' }] }),
    ],
  },
  {
    name: 'attributes later',
    events: [
      mutation({
        adds: [
          { parentId: BODY, nextId: null, node: el('iframe', {}, [], { id: 8111 }) },
          { parentId: BODY, nextId: null, node: el('img', {}, [], { id: 8112 }) },
        ],
      }),
      mutation({
        attributes: [
          {
            id: 8111,
            attributes: {
              src: 'javascript:parent.ran=1',
              srcdoc: '<script>parent.ran=1</script>',
              sandbox: 'allow-same-origin allow-scripts',
            },
          },
          {
            id: 8112,
            attributes: {
              src: 'FORBIDDEN/later.png',
              srcset: 'FORBIDDEN/later2.png',
              onerror: 'window.ran=1',
              style: 'background:url(FORBIDDEN/later3.png)',
            },
          },
        ],
      }),
    ],
  },
  {
    name: 'style as properties',
    events: [
      mutation({
        attributes: [
          {
            id: BODY,
            attributes: {
              style: {
                'background-image': 'url(FORBIDDEN/property.png)',
                '--x': ['url(FORBIDDEN/property2.png)', 'important'],
                behavior: 'url(x)',
                __proto__: 'x',
              },
            },
          },
        ],
      }),
    ],
  },
  {
    name: 'an address in two texts',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el('style', {}, [text('p{background:ur'), text('l(FORBIDDEN/two.png)}')]),
          },
          { parentId: BODY, nextId: null, node: el('p', {}, ['x']) },
        ],
      }),
    ],
  },
  {
    name: 'an address in two texts, later',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el('style', {}, [text('p{background:', 8121), text('(FORBIDDEN/two2.png)}')]),
          },
          { parentId: BODY, nextId: null, node: el('p', {}, ['x']) },
        ],
      }),
      mutation({ texts: [{ id: 8121, value: 'p{background:url' }] }),
    ],
  },
  {
    name: 'rules',
    events: [
      mutation({ adds: [{ parentId: BODY, nextId: null, node: el('style', { _cssText: 'b{}' }, [], { id: 8131 }) }] }),
      incremental(8, {
        id: 8131,
        adds: [
          { rule: '*{background:url(FORBIDDEN/rule.png)}' },
          { rule: '@import "FORBIDDEN/rule.css"', index: 0 },
          { rule: '@font-face{font-family:z;src:url(FORBIDDEN/rule.woff)}' },
          { rule: 'x', index: [99, 99] },
        ],
        removes: [{ index: 77 }],
        replaceSync: '*{background:url(FORBIDDEN/rule2.png)}',
      }),
      incremental(13, {
        id: 8131,
        index: [0],
        set: { property: 'background', value: 'url(FORBIDDEN/declaration.png)', priority: 'important' },
      }),
    ],
  },
  {
    name: 'adopted sheets',
    events: [
      incremental(15, {
        id: DOCUMENT,
        styleIds: [1, 2],
        styles: [{ styleId: 1, rules: [{ rule: 'body{background:url(FORBIDDEN/adopted.png)}', index: 0 }] }],
      }),
      incremental(8, { styleId: 1, adds: [{ rule: 'html{background:u\\72l(FORBIDDEN/adopted2.png)}' }] }),
      incremental(8, {
        styleId: 1,
        replaceSync: '@import "FORBIDDEN/adopted.css"; html{background:image-set("FORBIDDEN/adopted3.png" 1x)}',
      }),
    ],
  },
  {
    name: 'fonts',
    events: [
      incremental(10, { family: 'f', fontSource: 'url(FORBIDDEN/face.woff)', buffer: false }),
      incremental(10, { family: 'f', fontSource: '[1,2', buffer: true }),
    ],
  },
  {
    name: 'canvas',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el('canvas', { rr_dataURL: 'FORBIDDEN/canvas.png', width: '100000', height: '100000' }, [], {
              id: 8141,
            }),
          },
        ],
      }),
      incremental(9, {
        id: 8141,
        type: 0,
        commands: [
          { property: 'drawImage', args: [{ rr_type: 'HTMLImageElement', src: 'FORBIDDEN/canvas2.png' }, 0, 0, 1, 1] },
          { property: 'constructor', args: ['window.ran=1'] },
          { property: '__proto__', args: [], setter: true },
        ],
      }),
      incremental(9, { id: 8141, type: 1, property: 'eval', args: ['window.ran=1'] }),
    ],
  },
  {
    name: 'shadow roots',
    events: [
      mutation({
        adds: [
          {
            parentId: BODY,
            nextId: null,
            node: el(
              'div',
              {},
              [
                el('script', {}, ['window.ran=1'], { isShadow: true }),
                el('img', { src: 'FORBIDDEN/inshadow.png', onerror: 'window.ran=1' }, [], { isShadow: true }),
              ],
              { isShadowHost: true },
            ),
          },
          {
            parentId: BODY,
            nextId: null,
            node: el('br', {}, [el('p', {}, [], { isShadow: true })], { isShadowHost: true }),
          },
        ],
      }),
    ],
  },
  {
    name: 'a document in a paragraph',
    events: [
      mutation({
        adds: [{ parentId: BODY, nextId: null, node: { type: 0, id: 8151, childNodes: [el('html', {}, [])] } }],
      }),
    ],
  },
  {
    name: 'a document that is none',
    events: [{ type: 2, data: { node: el('script', {}, ['window.ran=1']), initialOffset: { left: 0, top: 0 } } }],
  },
  {
    name: 'a document without a root',
    events: [{ type: 2, data: { node: { type: 0, id: 1, childNodes: [] }, initialOffset: { left: 0, top: 0 } } }],
  },
  { name: 'odd places', events: [incremental(3, { id: BODY, x: 'a', y: {} })] },
  {
    name: 'far places',
    events: [
      incremental(3, { id: DOCUMENT, x: 1e300, y: -1e300 }),
      incremental(1, { positions: [{ x: 1e300, y: Number.MAX_VALUE, id: BODY, timeOffset: 0 }] }),
      incremental(4, { width: 1e9, height: -5 }),
    ],
  },
  {
    name: 'odd input',
    events: [
      incremental(5, { id: BODY, text: { a: 1 }, isChecked: 'x' }),
      mutation({
        adds: [{ parentId: BODY, nextId: null, node: el('input', { type: 'file', value: 'x' }, [], { id: 8161 }) }],
      }),
      incremental(5, { id: 8161, text: 'C:\\x', isChecked: false }),
    ],
  },
  {
    name: 'odd selection',
    events: [incremental(14, { ranges: [{ start: BODY, startOffset: 99_999, end: BODY, endOffset: -1 }] })],
  },
  {
    name: 'odd custom elements',
    events: [
      incremental(16, { define: { name: 'script' } }),
      incremental(16, { define: { name: '-' } }),
      incremental(16, { define: { name: 'font-face' } }),
      incremental(16, {}),
    ],
  },
  {
    name: 'odd custom events',
    events: [
      custom('cv.asset', { n: 1, hash: '../../x' }),
      custom('cv.asset', { n: 2, hash: null }),
      custom('cv.unknown', 1),
    ],
  },
  { name: 'assets that are none', events: [custom('cv.asset', { n: -1.5, hash: {} })] },
  { name: 'hover that is none', events: [custom('cv.hover', { id: 'x' })] },
  { name: 'a full screen of the whole page', events: [custom('cv.fullscreen', { id: 2, on: true })] },
  { name: 'a full screen of nothing', events: [custom('cv.fullscreen', { id: null, on: 'x' })] },
  {
    name: 'a doctype with markup',
    events: page(['x'], [], { compatMode: 'BackCompat"><script>window.ran=1</script>' }),
  },
];
