import { viewOf } from '../privacy/reads.ts';
import { after } from './after.ts';
import type { Sheets } from './Sheets.ts';
import { isDocument, type Listen, type Root } from './watcher.ts';

export interface RealmsOptions {
  mutated(records: readonly MutationRecord[]): void;
  /** A frame, a picture or a style sheet has come. */
  loaded(element: Element): void;
  /** An element has got a shadow root that is open. */
  shadowed(host: Element): void;
  /** A popover has come or gone. */
  toggled(element: Element): void;
  /** Something has come into a slot, or gone. */
  slotted(slot: Element): void;
  /** A custom element has got its class, and may be another thing than it seemed. */
  defined(name: string): void;
  /** A script has set an element in motion. */
  animated(element: Element): void;
  sheets: Sheets;
  ears: readonly { enter(root: Root, listen: Listen): void }[];
}

/** Everything that is listened to: documents, shadow roots, and the windows’ own functions. */
export class Realms {
  readonly #options: RealmsOptions;
  readonly #observer: MutationObserver;
  /** By one of its functions: the window of a frame stays the same whatever document is in it. */
  readonly #undos = new Map<object, () => void>();
  #listeners = new WeakMap<Root, (readonly [type: string, listener: (event: Event) => void])[]>();
  #on = new AbortController();
  #isOn = false;

  constructor(options: RealmsOptions) {
    this.#options = options;
    this.#observer = new MutationObserver((records) => options.mutated(records));
  }

  get signal(): AbortSignal {
    return this.#on.signal;
  }

  start(): void {
    this.pause();
    this.#on = new AbortController();
    this.#listeners = new WeakMap();
    this.#isOn = true;
  }

  pause(): void {
    this.#isOn = false;
    this.#observer.disconnect();
    this.#on.abort();
  }

  stop(): void {
    this.pause();
    for (const undo of this.#undos.values()) undo();
    this.#undos.clear();
  }

  takeRecords(): MutationRecord[] {
    return this.#observer.takeRecords();
  }

  /** Once more does no harm: a document that was written anew has lost what listened. */
  enter(root: Root): void {
    if (!this.#isOn) return;
    this.#observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
    const view = isDocument(root) ? viewOf(root) : null;
    if (view) this.#hook(view);
    for (const [type, listener] of this.#listenersOf(root)) {
      root.addEventListener(type, listener, { capture: true, passive: true, signal: this.#on.signal });
    }
  }

  #listenersOf(root: Root) {
    const known = this.#listeners.get(root);
    if (known) return known;
    const made: (readonly [string, (event: Event) => void])[] = [];
    const listen: Listen = (type, listener) => void made.push([type, listener]);
    listen('load', ({ target }) => target && 'localName' in target && this.#options.loaded(target as Element));
    listen('toggle', ({ target }) => target && 'localName' in target && this.#options.toggled(target as Element));
    listen('slotchange', ({ target }) => this.#options.slotted(target as Element));
    for (const ears of this.#options.ears) ears.enter(root, listen);
    this.#listeners.set(root, made);
    return made;
  }

  #hook(view: Window & typeof globalThis): void {
    if (this.#undos.has(view.Element)) return;
    const { sheets, shadowed, defined, animated } = this.#options;
    sheets.watch(view);
    const undos = [
      after(view.Element.prototype, 'attachShadow', (host: Element, [init]) => {
        if (init?.mode === 'open') shadowed(host);
      }),
      after(view.Element.prototype, 'animate', (element: Element) => animated(element)),
      after(view.CustomElementRegistry.prototype, 'define', (_, [name]) => defined(name)),
    ];
    this.#undos.set(view.Element, () => {
      for (const undo of undos) undo();
    });
  }
}
