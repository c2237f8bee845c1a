import { Replayer } from '@rrweb/replay';
import type { eventWithTime } from '@rrweb/types';
import { Applier } from './Applier.ts';
import { shape } from './shape.ts';

/** Plays what was recorded: by what the events say, and by rrweb. */
const page = {
  /** How the page looks after so many events. */
  applied(events: eventWithTime[], counts: readonly number[]): string[] {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const within = frame.contentDocument as Document;
    const applier = new Applier(within);
    let done = 0;
    const looks = counts.map((count) => {
      applier.play(events.slice(done, count));
      done = count;
      return shape(within);
    });
    Object.assign(window, { applier, within });
    return looks;
  },

  rrweb(events: eventWithTime[]): string {
    const root = document.body.appendChild(document.createElement('div'));
    const complaints: unknown[] = [];
    const logger = { ...console, warn: (...words: unknown[]) => complaints.push(words) };
    const player = new Replayer(events, { root, useVirtualDom: false, showWarning: true, logger } as never);
    const [first, last] = [events[0], events.at(-1)];
    player.pause((last?.timestamp ?? 0) - (first?.timestamp ?? 0) + 1);
    const mirror = player.getMirror();
    Object.assign(window, { player });
    page.complaints = complaints.map(String);
    return shape(player.iframe.contentDocument as Document, (node) => mirror.getId(node) !== -1);
  },
  complaints: [] as string[],
};

Object.assign(window, { page });
export type ReplayedPage = typeof page;
