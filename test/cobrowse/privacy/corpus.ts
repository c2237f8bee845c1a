import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import { fieldPlaces, type Place, textPlaces, unseenPlaces } from './places.ts';

/** A page with planted secrets: none of them may leave the browser, whatever is recorded of it. */
export interface CorpusPage {
  name: string;
  /** What the site has set. */
  privacy: CobrowsePrivacy;
  /** The whole document. */
  html: string;
  /** Changes to make once the first snapshot is taken; body of a function. */
  script?: string;
  secrets: string[];
  /** Texts that do arrive. */
  shown: string[];
}

const rules: CobrowsePrivacy = { maskAll: false, mask: [], unmask: [], block: [] };
const style = '<style>[data-tip]::after { content: attr(data-tip) } [data-theme="dark"] { color: #333 }</style>';

let count = 0;

interface Planted {
  html: string;
  script: string;
  secrets: string[];
}

/** Each place with a secret of its own, that names it in a failure. */
function plant(places: readonly Place[]): Planted {
  const made = places.map(({ name, html, script, secret }) => {
    const n = ++count;
    const text = secret?.(n) ?? `geheim${n}${name.replace(/\W/g, '').toLowerCase()}`;
    return { html: html(text), script: script?.(text) ?? '', text };
  });
  return {
    html: made.map(({ html }) => html).join('\n'),
    script: made.map(({ script }) => script).join(';\n'),
    secrets: made.map(({ text }) => text),
  };
}

const page = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Corpus</title>${style}${head}</head><body>` +
  `<h1>Heading of the page</h1>${body}</body></html>`;

const literal = (text: string): string => JSON.stringify(text).replace(/<\//g, '<\\/');
/** Scripts in it are data; a browser runs none that comes by innerHTML. */
const insert = (into: string, html: string) => `${into}.innerHTML = ${literal(html)};`;

/** Every way in which a part of a page comes to be. */
const ways: readonly [name: string, page: (planted: Planted) => { html: string; script?: string }][] = [
  ['from the beginning', ({ html, script }) => ({ html: page(`<main>${html}</main><script>${script}</script>`) })],
  [
    'written in later',
    ({ html, script }) => ({
      html: page('<main></main>'),
      script: `${script}; ${insert("document.querySelector('main')", html)}`,
    }),
  ],
  [
    'node by node',
    ({ html, script }) => ({
      html: page('<main></main>'),
      script: `${script}; const made = document.createElement('div'); ${insert('made', html)}
      const main = document.querySelector('main');
      for (const node of [...made.childNodes]) main.append(node);`,
    }),
  ],
  [
    'in a shadow root',
    ({ html, script }) => ({
      html: page(
        `<shadow-host></shadow-host><script>${script};
        const root = document.querySelector('shadow-host').attachShadow({ mode: 'open' });
        ${insert('root', style + html)}</script>`,
      ),
    }),
  ],
  [
    'in a shadow root later',
    ({ html, script }) => ({
      html: page('<shadow-host></shadow-host>'),
      script: `${script}; const host = document.createElement('shadow-host');
      const root = host.attachShadow({ mode: 'open' });
      ${insert('root', style + html)}
      document.body.append(host);`,
    }),
  ],
  [
    'in a frame',
    ({ html, script }) => ({
      html: page(
        `<iframe width="600" height="400"></iframe><script>
        const inner = document.querySelector('iframe').contentDocument;
        inner.open(); inner.write(${literal(`<!doctype html>${style}<main></main>`)}); inner.close();
        ${script.replaceAll('customElements', 'inner.defaultView.customElements')};
        ${insert("inner.querySelector('main')", html)}</script>`,
      ),
    }),
  ],
  [
    'in a frame later',
    ({ html, script }) => ({
      html: page('<iframe width="600" height="400" srcdoc="<main></main>"></iframe>'),
      script: `const inner = document.querySelector('iframe').contentDocument;
      ${script.replaceAll('customElements', 'inner.defaultView.customElements')};
      ${insert("inner.querySelector('main')", html)}`,
    }),
  ],
  [
    'attribute by attribute, text by text',
    ({ html, script }) => ({
      html: page('<main></main>'),
      script: `${script}; const model = document.createElement('template'); ${insert('model', html)}
      const pairs = [];
      const copy = (from, to) => {
        for (const node of from.childNodes) {
          const made = document.importNode(node, node.localName === 'template');
          if (node.nodeType === 1) for (const name of node.getAttributeNames()) {
            if (!['type', 'contenteditable', 'role', 'class', 'name'].includes(name)) {
              made.removeAttribute(name);
              pairs.push(() => made.setAttribute(name, node.getAttribute(name)));
            }
          } else {
            made.data = '';
            pairs.push(() => { made.data = node.data; });
          }
          to.append(made);
          if (node.localName !== 'template') copy(node, made);
        }
      };
      copy(model.content, document.querySelector('main'));
      return new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
        for (const change of pairs) change();
        done();
      })));`,
    }),
  ],
];

const everyWay = (
  name: string,
  privacy: CobrowsePrivacy,
  places: readonly Place[],
  shown: string[],
  wrap = (html: string) => html,
): CorpusPage[] =>
  ways.map(([way, make]) => {
    const planted = plant(places);
    return {
      name: `${name}, ${way}`,
      privacy,
      ...make({ ...planted, html: wrap(planted.html) }),
      secrets: planted.secrets,
      shown,
    };
  });

const both = [...fieldPlaces, ...unseenPlaces];
/** Its own text is chosen by a rule, so all in it is. */
const inside = (name: string) => (html: string) => `<section class="${name}">${html}</section><p>Text outside</p>`;

export const corpus: readonly CorpusPage[] = [
  ...everyWay('fields', rules, fieldPlaces, ['Heading of the page']),
  ...everyWay('what is no part of the look', rules, unseenPlaces, ['Heading of the page', 'Orders', 'Card']),
  ...everyWay(
    'a rule that masks',
    { ...rules, mask: ['.private'] },
    [...textPlaces, ...both],
    ['Text outside'],
    inside('private'),
  ),
  ...everyWay(
    'a rule that masks against one that shows',
    { ...rules, mask: ['.private'], unmask: ['.private', '.private *', 'input'] },
    [...textPlaces, ...both],
    ['Text outside'],
    inside('private'),
  ),
  ...everyWay(
    'a rule that blocks',
    { ...rules, block: ['.gone'] },
    [...textPlaces, ...both],
    ['Text outside'],
    inside('gone'),
  ),
  ...everyWay('everything masked', { ...rules, maskAll: true }, [...textPlaces, ...both], []),
  ...everyWay(
    'a rule that nobody understands',
    { ...rules, mask: ['.a:::b'], unmask: ['*'] },
    [...textPlaces, ...both],
    [],
  ),
];
