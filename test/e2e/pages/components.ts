import { script, sitePage } from './PageHost.ts';
import type { Scene } from './Scene.ts';

const app = `
  const sheet = (css) => { const made = new CSSStyleSheet(); made.replaceSync(css); return made; };
  const shared = sheet('b { color: #0a5; letter-spacing: 1px } ::slotted(i) { background: #fe8; padding: 0 4px }');
  customElements.define('x-badge', class extends HTMLElement {
    constructor() {
      super();
      const root = this.attachShadow({ mode: 'open' });
      root.adoptedStyleSheets = [shared, sheet(':host { display: inline-block; border: 2px solid #36c; padding: 4px } :host([warm]) { border-color: #c30 } :host(.big) { font-size: 24px } :host-context(.dark) { background: #333; color: #fff }')];
      root.innerHTML = '<b part="label">Badge</b> <slot></slot> <slot name="end">nothing at the end</slot>';
    }
  });
  customElements.define('x-card', class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: 'open' });
      root.innerHTML = '<style>:host { display: block; margin: 10px; padding: 10px; background: #eef } h3 { margin: 0 0 8px } x-badge::part(label) { text-decoration: underline }</style>'
        + '<h3><slot name="title">No title</slot></h3><x-badge exportparts="label" warm><i>inner</i><em slot="end">' + this.getAttribute('end') + '</em></x-badge><div class="box"><slot></slot></div>';
    }
  });
  window.late = () => customElements.define('x-late', class extends HTMLElement {
    connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<style>p { color: #909; margin: 4px; border: 1px dashed }</style><p>Defined late: <slot></slot></p>'; }
  });
  window.shared = shared;
  window.ready = true;
`;

/** Components within components, styled in all the ways there are. */
export const components: Scene = {
  name: 'web components',
  path: '/components',
  ready: 'window.ready',
  files: () => ({
    '/components': sitePage(
      `<h1>Components</h1>
      <x-card end="first"><span slot="title">A title</span><p>Some text <x-badge class="big">big</x-badge></p></x-card>
      <x-card end="second"><p>Another text</p></x-card>
      <x-late>light text</x-late><div id="more"></div>
      <section id="declared"><template shadowrootmode="open"><style>::slotted(*) { color: #06c }</style><slot></slot></template><p>Declared in the markup</p></section>
      <script type="module" src="/components.js"></script>`,
      `<style>body { font: 16px sans-serif; margin: 12px } x-late:not(:defined) { opacity: 0.3; display: block }
        x-badge::part(label) { background: #def } x-card::part(label) { font-style: italic } x-card:hover { outline: 3px solid #f60 }</style>`,
    ),
    '/components.js': script(app),
  }),
  acts: [
    ['an element is defined late', (page) => page.evaluate('late()')],
    ['a shared sheet changes', (page) => page.evaluate(`shared.replaceSync('b { color: #b00; font-size: 20px }')`)],
    [
      'a rule goes in and a sheet is adopted by the document',
      (page) =>
        page.evaluate(`{
          shared.insertRule('::slotted(i) { border: 2px solid #080 }');
          const own = new CSSStyleSheet();
          own.replaceSync('h1 { color: #07c; border-bottom: 4px double }');
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, own];
        }`),
    ],
    [
      'slots are filled, emptied and moved',
      (page) =>
        page.evaluate(`{
          const [first, second] = document.querySelectorAll('x-card');
          second.append(first.querySelector('[slot=title]'));
          first.insertAdjacentHTML('beforeend', '<p>One more</p><x-badge>fresh <u slot="end">end</u></x-badge>');
          document.querySelector('#more').append(first);
        }`),
    ],
    [
      'classes and attributes of hosts change',
      (page) =>
        page.evaluate(`{
          document.body.className = 'dark';
          for (const badge of document.querySelectorAll('x-badge')) badge.toggleAttribute('warm');
        }`),
    ],
    [
      'a shadow root is attached to what stands there',
      (page) =>
        page.evaluate(`{
          const root = document.querySelector('#more').attachShadow({ mode: 'open' });
          root.innerHTML = '<style>:host { display: block; border: 3px solid #444 }</style><h2>Attached</h2><slot></slot>';
        }`),
    ],
    ['the pointer is over a component', (page) => page.hover('x-card >> nth=0')],
  ],
};
