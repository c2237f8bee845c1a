import { Late } from '../../core/Late.ts';
import { selectionOf, selectOf } from '../privacy/reads.ts';
import { isElement } from './dom.ts';
import type { PageEvent } from './events.ts';
import { type Desk, isDocument, type Listen, type RareWatcher, type Root, targetOf, type Watcher } from './watcher.ts';

const ofMedia = ['play', 'pause', 'seeked', 'volumechange', 'ratechange'];
const FULL = 'fullscreenchange';
const ofDocuments = `${FULL} mousedown touchend keydown keyup click change blur scroll selectionchange`.split(' ');

/**
 * Hears of what few pages have: selects whose lists open, a selection, what fills the screen, videos and sounds. What
 * tells of it loads with the first event of these, and hears that one, too.
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
    for (const type of isDocument(root) ? [...ofMedia, ...ofDocuments] : ofMedia) {
      listen(type, (event) => this.#hear(event, root));
    }
    // It may have begun before.
    const { fullscreenElement } = root;
    if (fullscreenElement) this.#use({ type: FULL } as Event, fullscreenElement, root);
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

  #hear(event: Event, root: Root): void {
    // Later the event does not know any more.
    const target = targetOf(event);
    if (!target) return;
    if (this.#isNeeded || isFirst(event, target, root)) this.#use(event, target, root);
  }

  #use(event: Event, target: Node, root: Root): void {
    this.#isNeeded = true;
    this.#late.use((watchers) => {
      for (const watcher of watchers) watcher.hear(event, target, root);
    });
  }
}

/** Whether it may be the first that counts: something is selected, or it is about a select or what plays. */
const isFirst = ({ type }: Event, target: Node, root: Root): boolean =>
  type === 'selectionchange'
    ? selectionOf(root as Document)?.isCollapsed === false
    : type === FULL || (isElement(target) && ('paused' in target || selectOf(target) !== null));
