import { Late } from '../Late.ts';
import { selectionOf, selectOf } from '../privacy/reads.ts';
import { isElement } from './dom.ts';
import type { PageEvent } from './events.ts';
import type { RareWatcher } from './rareWatchers.ts';
import { type Desk, isDocument, type Listen, type Root, targetOf, type Watcher } from './watcher.ts';

const ofMedia = ['play', 'pause', 'seeked', 'volumechange', 'ratechange'];
const ofDocuments = 'mousedown touchend keydown keyup click change blur scroll selectionchange'.split(' ');

/**
 * Hears of what few pages have: selects whose lists open, a selection, videos and sounds. What tells of it loads with
 * the first event of these, and hears that one, too.
 */
export class LateWatchers implements Watcher {
  readonly #late: Late<readonly RareWatcher[]>;
  #there: readonly RareWatcher[] = [];
  #isNeeded = false;

  constructor(desk: Desk) {
    this.#late = new Late(async () => {
      this.#there = (await import('./rareWatchers.ts')).rareWatchers(desk);
      return this.#there;
    });
  }

  enter(root: Root, listen: Listen): void {
    for (const type of ofMedia) listen(type, (event) => this.#hear(event, root, true));
    if (!isDocument(root)) return;
    for (const type of ofDocuments) listen(type, (event) => this.#hear(event, root, isFirst(event, root)));
  }

  /** At what no event tells of. */
  look(): void {
    for (const watcher of this.#there) watcher.look?.();
  }

  flush(): PageEvent[] {
    return this.#there.flatMap((watcher) => watcher.flush());
  }

  clear(): void {
    for (const watcher of this.#there) watcher.clear();
  }

  #hear(event: Event, root: Root, isFirst: boolean): void {
    this.#isNeeded ||= isFirst;
    // Later the event does not know any more.
    const target = targetOf(event);
    if (!this.#isNeeded || !target) return;
    this.#late.use((watchers) => {
      for (const watcher of watchers) watcher.hear(event, target, root);
    });
  }
}

/** Whether it may be the first that counts: a select is used, or something is selected. */
function isFirst(event: Event, root: Document): boolean {
  if (event.type === 'selectionchange') return selectionOf(root)?.isCollapsed === false;
  const target = targetOf(event);
  return target !== undefined && isElement(target) && selectOf(target) !== null;
}
