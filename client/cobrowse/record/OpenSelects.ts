import { selectOf } from '../privacy/reads.ts';
import { isElement } from './dom.ts';
import { custom, type PageEvent } from './events.ts';
import type { Desk, RareWatcher } from './watcher.ts';

const touches = new Set(['mousedown', 'touchend', 'keydown', 'keyup', 'click']);

/** Lists of selects, which the browser draws outside of any page: whether one is open. */
export class OpenSelects implements RareWatcher {
  readonly #desk: Desk;
  #open: HTMLSelectElement | undefined;
  #told: number | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  hear(event: Event, target: Node): void {
    const select = touches.has(event.type) && isElement(target) ? selectOf(target) : null;
    if (!select || !event.isTrusted || select.multiple || select.size > 1) return this.look();
    // It opens after the event.
    setTimeout(() => {
      if (isOpen(select)) this.#set(select);
      else this.look();
    });
  }

  /** Nothing tells that a list was closed without a choice. */
  look(): void {
    if (this.#open && !isOpen(this.#open)) this.#set(undefined);
  }

  flush(): PageEvent[] {
    const known = this.#open && this.#desk.index.get(this.#open);
    const events: PageEvent[] = [];
    if (known?.id === this.#told) return events;
    if (this.#told !== undefined) events.push(custom('cv.select', { id: this.#told, open: false }));
    if (known) events.push(custom('cv.select', { id: known.id, open: true }));
    this.#told = known?.id;
    return events;
  }

  clear(): void {
    this.#open = undefined;
    this.#told = undefined;
  }

  #set(select: HTMLSelectElement | undefined): void {
    this.#open = select;
    this.#desk.ask();
  }
}

/** Browsers that do not tell show no list. */
function isOpen(select: HTMLSelectElement): boolean {
  try {
    return select.isConnected && select.matches(':open');
  } catch {
    return false;
  }
}
