import { createHost, type Host, place, raise, sharedHost } from './root.ts';

/** A place to render into: floating in the shared host, or docked in an element of the page. */
export class Layer {
  readonly element = document.createElement('div');
  readonly #css: string;
  #dock: Host | undefined;
  #closed = false;

  constructor(language: string, css: string) {
    this.element.lang = language;
    this.#css = css;
    this.#float();
  }

  /** Without a target, or once the target has left the document, the layer floats. */
  dock(target: HTMLElement | undefined): void {
    if (this.#closed) return;
    const before = this.#dock;
    // Moving it would take the focus out of it.
    if (before && before.parentNode === target) return;
    if (!target) {
      if (before) this.#float();
    } else {
      if (!before) this.#unfloat();
      const host = createHost(true);
      host.removed = () => this.#dock === host && this.dock(undefined);
      this.#dock = host;
      place(this.element, host, this.#css);
      target.append(host);
      raise(this.element);
    }
    before?.remove();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#dock) this.#dock.remove();
    else sharedHost().delete(this.element);
  }

  #float(): void {
    this.#dock = undefined;
    this.element.className = 'layer';
    // Missing in older browsers, where the z-index has to do.
    if ('popover' in this.element) this.element.popover = 'manual';
    sharedHost().add(this.element, this.#css);
  }

  #unfloat(): void {
    sharedHost().delete(this.element);
    this.element.className = 'layer docked';
    this.element.removeAttribute('popover');
  }
}
