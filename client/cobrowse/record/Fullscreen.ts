import { documentOf } from './dom.ts';
import { custom, type PageEvent } from './events.ts';
import type { Desk, RareWatcher } from './watcher.ts';

type Full = { fullscreenElement?: Element | null };

/** The element of each document that fills the visitor’s screen, which shows in no attribute. */
export class Fullscreen implements RareWatcher {
  readonly #desk: Desk;
  readonly #told = new Map<Document, number | undefined>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  hear({ type }: Event, target: Node): void {
    if (type !== 'fullscreenchange') return;
    const page = documentOf(target) ?? (target as Document);
    if (!this.#told.has(page)) this.#told.set(page, undefined);
    this.#desk.ask();
  }

  flush(): PageEvent[] {
    return [...this.#told].flatMap(([page, told]) => {
      const element = innermost(page);
      const now = element && this.#desk.index.get(element)?.id;
      if (now === told) return [];
      this.#told.set(page, now);
      const events = [];
      if (told !== undefined) events.push(custom('cv.fullscreen', { id: told, on: false }));
      if (now !== undefined) events.push(custom('cv.fullscreen', { id: now, on: true }));
      return events;
    });
  }

  /** Documents are left by what is told of them anew. */
  clear(): void {
    for (const page of this.#told.keys()) {
      if (innermost(page)) this.#told.set(page, undefined);
      else this.#told.delete(page);
    }
  }
}

/** Through shadow roots, whose hosts stand for what is in them. */
function innermost(page: Document): Element | undefined {
  let element = read?.call(page);
  for (let inner: Element | null | undefined = element; inner; ) {
    element = inner;
    inner = (inner.shadowRoot as Full | null)?.fullscreenElement;
  }
  return element ?? undefined;
}

/** A named element of the page would stand in front of it. */
const read: ((this: Document) => Element | null) | undefined = Object.getOwnPropertyDescriptor(
  Document.prototype,
  'fullscreenElement',
)?.get;
