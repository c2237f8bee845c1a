import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import { readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId, TabId } from '#protocol/ids.ts';
import type { Caller } from '#signaling/gateway/Caller.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';
import { type CacheBudget, type CacheLimits, FrameCache, usualCacheLimits } from './FrameCache.ts';
import { FrameRate, usualFrameRate } from './FrameRate.ts';
import { FrameSession, type FrameVerdict, frameVerdicts, type Sharer, usualAsking } from './FrameSession.ts';

interface FrameEvents {
  /** Somebody lacks what no cache has: the sharer is to begin anew, under the next stream’s number. */
  needsFull: [CobrowseId];
  /** A viewer was sent a whole page for the first time since it was added. */
  flowing: [CobrowseId, TabId];
}

export interface FrameRelayOptions {
  readonly rate?: Partial<typeof usualFrameRate> | undefined;
  readonly cache?: Partial<CacheLimits> | undefined;
  readonly asking?: Partial<typeof usualAsking> | undefined;
  readonly log?: Pick<Logger, 'error'> | undefined;
}

/** How often viewers are looked at who are behind. */
const LOOK_MS = 50;

/** What an honest page never causes. */
const dishonest: readonly FrameVerdict[] = ['forged', 'oversize', 'flood'];

/** Page frames from the one who shares to those who watch, unopened. */
export class FrameRelay extends EventEmitter<FrameEvents> {
  /** Frames that came in so far, by what became of them. */
  readonly counted = Object.fromEntries(frameVerdicts.map((verdict) => [verdict, 0])) as Record<FrameVerdict, number>;
  readonly #outlet: FrameOutlet;
  readonly #rate: typeof usualFrameRate;
  readonly #cacheLimits: CacheLimits;
  readonly #asking: typeof usualAsking;
  readonly #log: FrameRelayOptions['log'];
  readonly #budget: CacheBudget = { used: 0 };
  readonly #sessions = new Map<CobrowseId, FrameSession>();
  /** Runs only while somebody is behind. */
  #timer: NodeJS.Timeout | undefined;

  constructor(outlet: FrameOutlet, { rate, cache, asking, log }: FrameRelayOptions = {}) {
    super();
    this.#outlet = outlet;
    this.#rate = { ...usualFrameRate, ...rate };
    this.#cacheLimits = { ...usualCacheLimits, ...cache };
    this.#asking = { ...usualAsking, ...asking };
    this.#log = log;
  }

  /** Bytes that are kept for viewers to come. */
  get kept(): number {
    return this.#budget.used;
  }

  /** Consent was given. */
  open(id: CobrowseId): void {
    if (this.#sessions.has(id)) return;
    const session = new FrameSession({
      outlet: this.#outlet,
      cache: new FrameCache(this.#cacheLimits, this.#budget),
      rate: new FrameRate(this.#rate, performance.now()),
      asking: this.#asking,
      needsFull: () => void this.emit('needsFull', id),
      flowing: (tab) => void this.emit('flowing', id, tab),
      behind: () => this.#lookSoon(),
      tapFailed: (err) => this.#log?.error({ err, session: id }, 'page frames are no longer tapped'),
    });
    this.#sessions.set(id, session);
  }

  /** Nothing of it is relayed from now on. Idempotent. */
  close(id: CobrowseId): void {
    this.#sessions.get(id)?.close();
    this.#sessions.delete(id);
  }

  /** Ends all sessions. Idempotent. */
  closeAll(): void {
    for (const id of [...this.#sessions.keys()]) this.close(id);
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** From now on only frames of this page and stream count; what was kept is dropped. */
  record(id: CobrowseId, sharer: Sharer, stream: number): void {
    this.#sessions.get(id)?.record(sharer, stream);
  }

  /** No frame counts until somebody records again. */
  still(id: CobrowseId): void {
    this.#sessions.get(id)?.still();
  }

  /** Also for a page that has come back: it is sent the whole page, out of the cache if that has it. */
  addViewer(id: CobrowseId, tab: TabId): void {
    this.#sessions.get(id)?.addViewer(tab);
  }

  removeViewer(id: CobrowseId, tab: TabId): void {
    this.#sessions.get(id)?.removeViewer(tab);
  }

  /** This viewer could not go on with what it got: it gets the cache once, after that a new full. */
  refresh(id: CobrowseId, tab: TabId): void {
    this.#sessions.get(id)?.refresh(tab);
  }

  /** Judges and relays what a page sent; false for what no honest page sends. The gateway calls it. */
  receive(caller: Caller, frame: Uint8Array): boolean {
    const verdict = this.#judge(caller, frame);
    this.counted[verdict]++;
    return !dishonest.includes(verdict);
  }

  /** All frames as they are, from the next full on, which is asked for. Answers what ends it. */
  tap(id: CobrowseId, sink: (frame: Uint8Array) => void): () => void {
    return this.#sessions.get(id)?.tap(sink) ?? (() => {});
  }

  #judge(caller: Caller, frame: Uint8Array): FrameVerdict {
    const header = readFrameHeader(frame);
    const session = header && this.#sessions.get(header.session);
    if (!session || caller.role !== 'visitor') return 'forged';
    return session.receive(caller, header, frame);
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      let behind = false;
      for (const session of this.#sessions.values()) behind = session.look() || behind;
      if (behind) this.#lookSoon();
    }, LOOK_MS).unref();
  }
}
