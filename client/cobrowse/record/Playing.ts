import { incremental, type PageEvent, Source } from './events.ts';
import type { Desk, RareWatcher } from './watcher.ts';

/** rrweb’s numbers. */
const kinds: Readonly<Record<string, number>> = { play: 0, pause: 1, seeked: 2, volumechange: 3, ratechange: 4 };

/** How far videos and sounds are, and whether they play. */
export class Playing implements RareWatcher {
  readonly #desk: Desk;
  readonly #changed = new Map<HTMLMediaElement, Set<number>>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  hear({ type }: Event, target: Node): void {
    const media = target as HTMLMediaElement;
    const kind = kinds[type];
    if (kind === undefined || !this.#desk.index.has(media) || media.paused === undefined) return;
    this.#changed.set(media, (this.#changed.get(media) ?? new Set()).add(kind));
    this.#desk.ask();
  }

  flush(): PageEvent[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed.flatMap(([media, types]) => {
      const known = this.#desk.index.get(media);
      if (!known || known.verdict.blocked) return [];
      const { currentTime, volume, muted, loop, playbackRate } = media;
      const state = { id: known.id, currentTime, volume, muted, loop, playbackRate };
      return [...types].map((type) => incremental({ source: Source.media, type, ...state } as never));
    });
  }

  clear(): void {
    this.#changed.clear();
  }
}
