import base from './base.css?inline';
import theme from './theme.css?inline';

const TAG = 'coview-widget';

const sheets = new Map<string, CSSStyleSheet>();

/** A constructed sheet is the one kind of style that a page's strict CSP lets through. */
function sheetOf(css: string): CSSStyleSheet {
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  return sheet;
}

/** A `<coview-widget>`; `removed` runs whenever something takes it out of the document. */
export type Host = HTMLElement & { removed?: () => void };

export function createHost(docked: boolean): Host {
  if (!customElements.get(TAG)) {
    customElements.define(
      TAG,
      class extends HTMLElement {
        removed?: () => void;
        disconnectedCallback() {
          queueMicrotask(() => this.isConnected || this.removed?.());
        }
      },
    );
  }
  const host = document.createElement(TAG) as Host;
  host.toggleAttribute('docked', docked);
  host.attachShadow({ mode: 'open' });
  return host;
}

/** Puts the layer into the host, with the styles it needs. */
export function place(layer: HTMLElement, host: Host, css: string): void {
  const root = host.shadowRoot;
  if (!root) return;
  dress(root, theme + base, css);
  root.append(layer);
}

function dress(root: ShadowRoot, ...styles: string[]): void {
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...styles.map(sheetOf)])];
}

const COVERING = 'dialog:modal, :fullscreen:not(coview-widget, video, iframe, img, canvas, object, embed)';

/** Where the shared host belongs: what is modal or full screen makes everything outside it inert. */
const rightParent = (): Element =>
  [...document.querySelectorAll(COVERING)].at(-1) ?? document.body ?? document.documentElement;

/** The one host of all that floats; it lives in the document only while something is in it. */
class SharedHost {
  readonly #host = createHost(false);
  #layers = 0;
  /** Microtasks of a page that removes the host each time must not starve the browser. */
  #returns = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#host.removed = () => this.#return();
  }

  add(layer: HTMLElement, css: string): void {
    place(layer, this.#host, css);
    if (this.#layers++ === 0) {
      for (const type of ['toggle', 'close']) document.addEventListener(type, this.#keep, true);
      document.addEventListener('fullscreenchange', this.#fullscreen);
    }
    this.#keep();
    raise(layer);
  }

  /** From now on, beside what each layer brings. */
  dress(css: string): void {
    if (this.#host.shadowRoot) dress(this.#host.shadowRoot, css);
  }

  delete(layer: HTMLElement): void {
    layer.remove();
    if (--this.#layers > 0) return;
    for (const type of ['toggle', 'close']) document.removeEventListener(type, this.#keep, true);
    document.removeEventListener('fullscreenchange', this.#fullscreen);
    clearTimeout(this.#later);
    this.#host.remove();
  }

  #keep = (): void => {
    const parent = rightParent();
    if (this.#layers === 0 || this.#host.parentNode === parent) return;
    parent.append(this.#host);
    this.#raiseAll();
  };

  #return(): void {
    if (this.#layers === 0) return;
    if (++this.#returns <= 20) {
      this.#keep();
      return;
    }
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#returns = 0;
      this.#keep();
    }, 1000);
  }

  #fullscreen = (): void => {
    this.#keep();
    if (document.fullscreenElement && document.fullscreenElement !== this.#host) this.#raiseAll();
  };

  #raiseAll(): void {
    for (const layer of this.#host.shadowRoot?.children ?? []) raise(layer as HTMLElement);
  }
}

/** To the front of the top layer; taken out of the document, popovers close, dialogs lose modality and videos stop. */
export function raise(layer: HTMLElement): void {
  if (!layer.isConnected) return;
  if (layer.popover) {
    layer.hidePopover();
    layer.showPopover();
  }
  for (const dialog of layer.querySelectorAll('dialog')) {
    dialog.close();
    dialog.showModal();
    dialog.focus();
  }
  for (const video of layer.querySelectorAll('video')) video.play().catch(() => {});
}

let shared: SharedHost | undefined;
export const sharedHost = (): SharedHost => (shared ??= new SharedHost());
