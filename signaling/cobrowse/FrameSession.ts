import { FRAME_HEADER_BYTES, type FrameHeader, MAX_FRAME_PAYLOAD, writeSeq } from '#protocol/frame.ts';
import type { TabId, VisitorId } from '#protocol/ids.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';
import type { FrameCache } from './FrameCache.ts';
import type { FrameRate } from './FrameRate.ts';

/** The one page whose frames count. */
export interface Sharer {
  readonly visitorId: VisitorId;
  readonly tab: TabId;
}

/**
 * What became of a frame. stale: of a page or stream that counted a moment ago. gap: one before it is missing.
 * forged: nothing that a page of ours sends. flood: above the rate.
 */
export const frameVerdicts = ['relayed', 'stale', 'gap', 'forged', 'oversize', 'flood'] as const;
export type FrameVerdict = (typeof frameVerdicts)[number];

/** Bytes that may wait for a viewer who is up to date; one who has more to take gets what follows out of the cache. */
const MAX_WAITING = 1024 * 1024;
/** Who is behind is sent more when no more than this waits. */
const LITTLE_WAITING = 256 * 1024;
/** Pointers that come late are worth nothing, but the last one, which says where it rests. */
const POINTER_WAITING = 64 * 1024;
/** Bytes of a pointer that is kept. */
const MAX_PLACE = 2048;

export const usualAsking = {
  /** Milliseconds between two requests for a full, whoever needs it. */
  everyMs: 1_000,
  /** The same, for viewers who are too slow for this page: a full costs all the others, too. */
  slowMs: 5_000,
  /** A full that was asked for is waited for so long. */
  patienceMs: 10_000,
};

interface Viewer {
  readonly tab: TabId;
  /** Position of the first frame that it was not sent; before the cache's first it needs a full. */
  next: number;
  /** It was sent a whole page. */
  flows: boolean;
  /** The pointer that it was sent last. */
  place: Uint8Array | undefined;
  /** Where the full begins that it was given a second time. */
  repaired: number;
}

interface Tap {
  readonly sink: (frame: Uint8Array) => void;
  begun: boolean;
}

export interface FrameSessionOptions {
  readonly outlet: FrameOutlet;
  readonly cache: FrameCache;
  readonly rate: FrameRate;
  readonly asking: typeof usualAsking;
  needsFull(): void;
  flowing(tab: TabId): void;
  /** Somebody is behind: `look` again soon. */
  behind(): void;
  tapFailed(error: unknown): void;
}

/** The frames of one session: who may send them, and how far each viewer is. */
export class FrameSession {
  readonly #options: FrameSessionOptions;
  readonly #viewers = new Map<TabId, Viewer>();
  readonly #taps = new Set<Tap>();
  #visitorId: VisitorId | undefined;
  /** The tab that records. */
  #tab: TabId | undefined;
  #stream = -1;
  /** Of the next frame; undefined after a gap, until somebody records anew. */
  #seq: number | undefined;
  /** The last pointer, until the page begins anew. */
  #place: Buffer | undefined;
  /** A full was asked for, or a recording has begun, and nothing has come yet. */
  #awaiting = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: { at: number; timer: NodeJS.Timeout } | undefined;

  constructor(options: FrameSessionOptions) {
    this.#options = options;
  }

  record({ visitorId, tab }: Sharer, stream: number): void {
    this.still();
    this.#visitorId = visitorId;
    this.#tab = tab;
    this.#stream = stream;
    this.#seq = 0;
    this.#awaiting = true;
    this.#askedAt = performance.now();
  }

  still(): void {
    clearTimeout(this.#asking?.timer);
    this.#asking = undefined;
    this.#tab = this.#seq = this.#place = undefined;
    this.#awaiting = false;
    this.#options.cache.drop();
  }

  addViewer(tab: TabId): void {
    const viewer: Viewer = { tab, next: -1, flows: false, place: undefined, repaired: -1 };
    this.#viewers.set(tab, viewer);
    this.#serve(viewer);
  }

  removeViewer(tab: TabId): void {
    this.#viewers.delete(tab);
  }

  refresh(tab: TabId): void {
    const viewer = this.#viewers.get(tab);
    if (!viewer) return;
    const { cache } = this.#options;
    viewer.next = -1;
    viewer.place = undefined;
    if (cache.isEmpty || viewer.repaired === cache.start) return this.#ask('everyMs');
    viewer.repaired = cache.start;
    this.#serve(viewer);
  }

  tap(sink: (frame: Uint8Array) => void): () => void {
    const tap = { sink, begun: false };
    this.#taps.add(tap);
    this.#ask('everyMs');
    return () => void this.#taps.delete(tap);
  }

  receive({ visitorId, tab }: VisitorCaller, header: FrameHeader, frame: Uint8Array): FrameVerdict {
    if (visitorId !== this.#visitorId) return 'forged';
    if (frame.length > FRAME_HEADER_BYTES + MAX_FRAME_PAYLOAD) return 'oversize';
    if (!this.#options.rate.take(frame.length, performance.now())) return 'flood';
    if (tab !== this.#tab || header.stream < this.#stream || this.#seq === undefined) return 'stale';
    if (header.stream > this.#stream) return 'forged';
    if (header.kind === 'pointer') return this.#pointer(header, frame);
    if (header.seq < this.#seq || (header.seq === 0 && header.kind !== 'full')) return 'forged';
    if (header.seq > this.#seq) {
      this.#seq = undefined;
      this.#awaiting = false;
      this.#ask('everyMs');
      return 'gap';
    }
    this.#seq++;
    this.#relay(header, frame);
    return 'relayed';
  }

  /** Sends what they lack to those who are behind, as far as they take it. Whether some still are. */
  look(): boolean {
    let behind = false;
    for (const viewer of this.#viewers.values()) {
      if (this.#lacks(viewer)) behind = true;
    }
    return behind;
  }

  /** Idempotent. */
  close(): void {
    this.still();
    this.#visitorId = undefined;
    this.#viewers.clear();
    this.#taps.clear();
  }

  #pointer({ seq, more }: FrameHeader, frame: Uint8Array): FrameVerdict {
    if (more) return 'forged';
    if (seq + 1 !== this.#seq) return 'stale';
    this.#place = frame.length <= MAX_PLACE ? Buffer.from(frame) : undefined;
    for (const viewer of this.#send(frame, POINTER_WAITING)) viewer.place = this.#place;
    for (const { place } of this.#viewers.values()) if (place !== this.#place) this.#options.behind();
    this.#tell(frame);
    return 'relayed';
  }

  /**
   * Sends what it lacks, as far as it takes it: the last pointer when it has all else. Whether it is to be looked at
   * again.
   */
  #lacks(viewer: Viewer): boolean {
    const { outlet, cache } = this.#options;
    if (viewer.next !== cache.end && this.#catchUp(viewer)) return true;
    const place = this.#place;
    if (!place || viewer.place === place || viewer.next !== cache.end || this.#seq === undefined) return false;
    const waiting = outlet.waiting(viewer.tab);
    if (waiting > POINTER_WAITING) return Number.isFinite(waiting);
    viewer.place = place;
    const frame = Buffer.from(place);
    writeSeq(frame, this.#seq - 1);
    outlet.sendFrame([viewer.tab], frame);
    return false;
  }

  #relay(header: FrameHeader, frame: Uint8Array): void {
    const { cache } = this.#options;
    if (cache.begins(header)) {
      this.#awaiting = false;
      this.#place = undefined;
      for (const tap of this.#taps) tap.begun = true;
      // Whatever somebody lacks of before, it is not needed any more.
      for (const viewer of this.#viewers.values()) viewer.next = cache.end;
    }
    for (const viewer of this.#send(frame, MAX_WAITING)) viewer.next++;
    cache.add(header, frame);
    for (const viewer of this.#viewers.values()) {
      if (viewer.next !== cache.end) this.#serve(viewer);
      else if (!viewer.flows) this.#sent(viewer);
    }
    this.#tell(frame);
  }

  /** To viewers who have everything before it, and no more than `most` bytes waiting; answers to whom. */
  #send(frame: Uint8Array, most: number): Viewer[] {
    const { outlet, cache } = this.#options;
    const tabs: TabId[] = [];
    for (const viewer of this.#viewers.values()) if (viewer.next === cache.end) tabs.push(viewer.tab);
    return outlet.sendFrame(tabs, frame, most).flatMap((tab) => this.#viewers.get(tab) ?? []);
  }

  #tell(frame: Uint8Array): void {
    for (const tap of this.#taps) {
      try {
        if (tap.begun) tap.sink(frame);
      } catch (error) {
        this.#taps.delete(tap);
        this.#options.tapFailed(error);
      }
    }
  }

  #serve(viewer: Viewer): void {
    if (this.#lacks(viewer)) this.#options.behind();
  }

  /** Whether it is to be looked at again. */
  #catchUp(viewer: Viewer): boolean {
    const { outlet, cache } = this.#options;
    if (viewer.next < cache.start && !cache.isEmpty) {
      viewer.next = cache.start;
      viewer.place = undefined;
    }
    while (outlet.waiting(viewer.tab) <= LITTLE_WAITING) {
      const frame = cache.at(viewer.next);
      if (!frame) break;
      outlet.sendFrame([viewer.tab], frame);
      viewer.next++;
      this.#sent(viewer);
    }
    if (viewer.next >= cache.start) return viewer.next !== cache.end;
    return this.#lacksFull(viewer);
  }

  /** What it lacks is not kept any more. */
  #lacksFull({ tab, flows }: Viewer): boolean {
    if (this.#tab === undefined || this.#awaiting) return false;
    const { outlet, cache } = this.#options;
    // Who takes nothing is not helped by more, and a full that is on its way must not be begun again and again.
    if (outlet.waiting(tab) > LITTLE_WAITING || cache.goesOn) return true;
    this.#ask(flows ? 'slowMs' : 'everyMs');
    return false;
  }

  #sent(viewer: Viewer): void {
    if (viewer.flows || viewer.next < this.#options.cache.fullEnd) return;
    viewer.flows = true;
    this.#options.flowing(viewer.tab);
  }

  /** Asks for a full, but not too soon after the last time. */
  #ask(spacing: 'everyMs' | 'slowMs'): void {
    const { asking } = this.#options;
    const now = performance.now();
    if (this.#tab === undefined || (this.#awaiting && now - this.#askedAt < asking.patienceMs)) return;
    const at = Math.max(now, this.#askedAt + asking[spacing]);
    if (this.#asking && this.#asking.at <= at) return;
    clearTimeout(this.#asking?.timer);
    this.#asking = undefined;
    if (at > now) {
      this.#asking = { at, timer: setTimeout(() => this.#askNow(), at - now).unref() };
    } else this.#askNow();
  }

  #askNow(): void {
    this.#asking = undefined;
    this.#awaiting = true;
    this.#askedAt = performance.now();
    this.#options.needsFull();
  }
}
