import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FrameKind, readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { FrameRelay } from '#signaling/cobrowse/FrameRelay.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';

const KIB = 1024;
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const names = [0, 1, 2].map(() => newId<TabId>('t'));
const session = newId<CobrowseId>('cb');
const tab = newId<TabId>('t');
const caller = { role: 'visitor', site: 'demo' as SiteId, visitorId: newId<VisitorId>('v'), tab } as const;

/** What waits for each page, until it takes it. */
class Queues implements FrameOutlet {
  readonly queues = new Map(names.map((name) => [name, [] as Uint8Array[]]));

  sendFrame(tabs: Iterable<TabId>, frame: Uint8Array, most = Number.POSITIVE_INFINITY): TabId[] {
    const taken = [...tabs].filter((to) => this.queues.has(to) && this.waiting(to) <= most);
    for (const to of taken) this.queues.get(to)?.push(frame);
    return taken;
  }

  waiting(to: TabId): number {
    return this.queues.get(to)?.reduce((bytes, { length }) => bytes + length, 0) ?? Number.POSITIVE_INFINITY;
  }
}

/** A page as it would apply what it takes; `at` is the number of the last frame of its page. */
interface Page {
  watches: boolean;
  at: { stream: number; seq: number } | undefined;
}

class Model {
  readonly outlet = new Queues();
  readonly relay = new FrameRelay(this.outlet, {
    rate: { framesAtOnce: 1e9, bytesAtOnce: 1e12 },
    cache: { deltas: 900 * KIB, full: 3_000 * KIB, frames: 30 },
  });
  readonly pages = new Map<TabId, Page>(names.map((name) => [name, { watches: false, at: undefined }]));
  readonly #beginnings = new Set<string>();
  #stream = 0;
  #seq = 0;
  /** The sender must send this number of parts of a full before anything else. */
  #parts = 0;
  #asked = false;

  constructor() {
    this.relay.on('needsFull', () => {
      this.#asked = true;
    });
    this.relay.open(session);
    this.record();
  }

  record(): void {
    this.#asked = false;
    this.#stream++;
    this.#seq = this.#parts = 0;
    this.relay.record(session, { visitorId: caller.visitorId, tab }, this.#stream);
  }

  send(kind: FrameKind, size: number, parts = 1): void {
    if (this.#seq === 0 && kind !== 'full') return;
    if (this.#parts > 0 && kind === 'delta') return this.send('full', size);
    if (kind === 'full') {
      if (this.#parts === 0) {
        this.#parts = parts;
        this.#beginnings.add(`${this.#stream}:${this.#seq}`);
      }
      this.#parts--;
    }
    const more = kind === 'full' && this.#parts > 0;
    const seq = kind === 'pointer' ? this.#seq - 1 : this.#seq++;
    const header = { session, stream: this.#stream, seq, kind, deflated: false, more };
    this.relay.receive(caller, writeFrame(header, new Uint8Array(size)));
    for (const name of names) expect(this.outlet.waiting(name)).toBeLessThanOrEqual(1_024 * KIB + 520 * KIB);
  }

  /** A frame is lost on its way to the server. */
  lose(): void {
    if (this.#seq > 0) this.#seq++;
  }

  watch(name: TabId, on: boolean): void {
    const page = this.#page(name);
    page.watches = on;
    page.at = undefined;
    this.outlet.queues.set(name, []);
    if (on) this.relay.addViewer(session, name);
    else this.relay.removeViewer(session, name);
  }

  refresh(name: TabId): void {
    this.relay.refresh(session, name);
  }

  take(name: TabId, frames: number): void {
    const page = this.#page(name);
    for (const frame of this.outlet.queues.get(name)?.splice(0, frames) ?? []) {
      expect(page.watches).toBe(true);
      const header = readFrameHeader(frame);
      if (!header) throw new Error('no frame');
      const { stream, seq, kind } = header;
      const begins = kind === 'full' && this.#beginnings.has(`${stream}:${seq}`);
      if (!begins) {
        const follows = kind === 'pointer' ? page.at?.seq : (page.at?.seq ?? -2) + 1;
        expect({ stream: page.at?.stream, seq: follows }).toEqual({ stream, seq });
      }
      page.at = { stream, seq };
    }
  }

  /** Everybody takes everything, and what is asked for is sent. */
  settle(): void {
    for (let round = 0; round < 30; round++) {
      if (this.#asked) this.record();
      if (this.#seq === 0 || this.#parts > 0) this.send('full', 10);
      else if (round < 3) this.send('delta', 10);
      for (const name of names) this.take(name, 1_000);
      vi.advanceTimersByTime(1_000);
    }
    const last = { stream: this.#stream, seq: this.#seq - 1 };
    for (const page of this.pages.values()) if (page.watches) expect(page.at).toEqual(last);
    expect(vi.getTimerCount()).toBe(0);
    this.relay.closeAll();
    expect(this.relay.kept).toBe(0);
  }

  #page(name: TabId): Page {
    return this.pages.get(name) as Page;
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('[RELAY-33] whatever happens in whatever order, no page gets a frame that does not follow what it has, and all end up whole', {
  timeout: 60_000 + numRuns * 200,
}, () => {
  const size = fc.integer({ min: 1, max: 500 * KIB });
  const name = fc.constantFrom(...names);
  const step = fc.oneof(
    { weight: 8, arbitrary: size.map((bytes) => (model: Model) => model.send('delta', bytes)) },
    {
      weight: 3,
      arbitrary: fc.tuple(size, fc.integer({ min: 1, max: 4 })).map(
        ([bytes, parts]) =>
          (model: Model) =>
            model.send('full', bytes, parts),
      ),
    },
    { weight: 2, arbitrary: fc.constant((model: Model) => model.send('pointer', 20)) },
    {
      weight: 4,
      arbitrary: fc.tuple(name, fc.boolean()).map(
        ([who, on]) =>
          (model: Model) =>
            model.watch(who, on),
      ),
    },
    {
      weight: 6,
      arbitrary: fc.tuple(name, fc.integer({ min: 1, max: 5 })).map(
        ([who, frames]) =>
          (model: Model) =>
            model.take(who, frames),
      ),
    },
    { weight: 1, arbitrary: name.map((who) => (model: Model) => model.refresh(who)) },
    { weight: 1, arbitrary: fc.constant((model: Model) => model.lose()) },
    { weight: 1, arbitrary: fc.constant((model: Model) => model.record()) },
    {
      weight: 2,
      arbitrary: fc.integer({ min: 10, max: 3_000 }).map((ms) => () => void vi.advanceTimersByTime(ms)),
    },
  );
  const property = fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
    const model = new Model();
    for (const run of steps) run(model);
    model.settle();
  });
  fc.assert(property, { numRuns });
});
