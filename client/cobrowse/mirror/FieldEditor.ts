import { wholeTypes } from '../wholeTypes.ts';
import type { MirrorField } from './messages.ts';

interface FieldEditorOptions {
  label: string;
  fill(node: number, value: string): void;
  /** The agent has gone on with the tab key. */
  tab(back: boolean): void;
  /** Keys go to the page again. */
  done(): void;
}

/** A date, a time or a colour that the agent fills in for the visitor, over the field in the mirror. */
export class FieldEditor {
  readonly element = document.createElement('input');
  /** Behind it, so that the tab key does not lead out of the agent’s page. */
  readonly end = document.createElement('span');
  readonly #options: FieldEditorOptions;
  #node: number | undefined;
  /** While the tab key is down: it goes through the field’s parts first. */
  #tab: { back: boolean } | undefined;

  constructor(options: FieldEditorOptions) {
    this.#options = options;
    const { element } = this;
    element.className = 'field';
    element.hidden = this.end.hidden = true;
    this.end.tabIndex = 0;
    element.dataset['cv'] = 'mirror-field';
    element.setAttribute('aria-label', options.label);
    element.addEventListener('change', () => this.#told());
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('keyup', () => {
      this.#tab = undefined;
    });
    element.addEventListener('blur', (event) => this.#left(event));
  }

  /** Comes from where the visitor’s content is shown. */
  open({ node, at, kind, value, min, max, step }: MirrorField): void {
    const { element } = this;
    if (!wholeTypes.has(kind)) return;
    this.#node = Number(node);
    element.hidden = this.end.hidden = false;
    for (const [name, given] of Object.entries({ min, max, step })) element.setAttribute(name, String(given));
    element.type = kind;
    element.value = String(value);
    Object.assign(element.style, {
      left: `${Number(at.x)}px`,
      top: `${Number(at.y)}px`,
      minWidth: `${Number(at.width)}px`,
      minHeight: `${Number(at.height)}px`,
    });
    element.focus({ preventScroll: true });
    if (kind === 'color') this.#pick();
  }

  close(): void {
    if (this.#node === undefined) return;
    const had = this.#hasFocus;
    this.#node = undefined;
    this.element.hidden = this.end.hidden = true;
    if (had) this.#options.done();
  }

  get #hasFocus(): boolean {
    return (this.element.getRootNode() as ShadowRoot).activeElement === this.element;
  }

  /** What is half written is no value yet. */
  #told(): void {
    const { value, validity } = this.element;
    if (this.#node !== undefined && validity.valid) this.#options.fill(this.#node, value);
  }

  #key(event: KeyboardEvent): void {
    const { key, shiftKey } = event;
    event.stopPropagation();
    this.#tab = key === 'Tab' ? { back: shiftKey } : undefined;
    if (key !== 'Enter' && key !== 'Escape') return;
    event.preventDefault();
    this.element.blur();
  }

  #left({ relatedTarget }: FocusEvent): void {
    // The browser’s own picker may have the focus.
    if (this.#node === undefined || this.#hasFocus) return;
    const tab = this.#tab;
    this.#tab = undefined;
    this.close();
    // What the agent has gone to keeps the focus.
    if (tab || !relatedTarget) this.#options.done();
    if (tab) this.#options.tab(tab.back);
  }

  #pick(): void {
    try {
      this.element.showPicker();
    } catch {
      // The agent’s own click opens it.
    }
  }
}
