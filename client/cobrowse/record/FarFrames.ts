import type { eventWithTime } from '@rrweb/types';
import { RANGE } from '../farNodes.ts';
import type { PageAssets } from './addresses.ts';
import { documentIn } from './dom.ts';
import { custom, incremental, mutation, noChanges, type PageEvent, Source } from './events.ts';
import { type Begin, type FarPolicy, type Hail, type Here, policyOf, type Site, type Told } from './farFrame.ts';
import type { Known } from './Known.ts';

/** A frame that has told nothing is hailed so often, in milliseconds, and so many times: a message may be lost. */
const AGAIN_MS = 2000;
const MOST_HAILS = 5;

interface Frame {
  known: Known;
  hails: number;
}

interface Guest {
  known: Known;
  port: MessagePort;
  hasTold: boolean;
  firstId: number;
  /** What the page’s own book says for the frame’s numbers of assets. */
  assets: Map<number, string>;
}

export interface FarFramesOptions {
  assets: PageAssets;
  site: Site;
  ask(): void;
  point(events: PageEvent[]): void;
}

/** What a framed page may tell; of the window it has nothing to say, that is not its own. */
const sources: ReadonlySet<number> = new Set([
  Source.mutation,
  Source.mouseMove,
  Source.mouseInteraction,
  Source.scroll,
  Source.input,
  Source.touchMove,
  Source.media,
  Source.styleSheetRule,
  Source.drag,
  Source.styleDeclaration,
  Source.selection,
  Source.adoptedStyleSheet,
  Source.customElement,
]);

/** Frames of other origins that have the widget, too: each records itself and tells this page, which passes it on. */
export class FarFrames {
  readonly #options: FarFramesOptions;
  readonly #policy: FarPolicy;
  readonly #frames = new Map<HTMLIFrameElement, Frame>();
  readonly #guests = new Map<HTMLIFrameElement, Guest>();
  #events: PageEvent[] = [];
  #count = 0;

  constructor(options: FarFramesOptions) {
    this.#options = options;
    this.#policy = policyOf(options.site);
  }

  listen(signal: AbortSignal): void {
    window.addEventListener('message', (event) => this.#heard(event), { signal });
    const timer = setInterval(() => this.#hail(), AGAIN_MS);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  /** A frame was told, or has loaded something. */
  look(known: Known): void {
    const frame = known.node as HTMLIFrameElement;
    this.left(known);
    if (known.gone || known.verdict.blocked || documentIn(frame)) return;
    this.#frames.set(frame, { known, hails: 0 });
    hail(frame);
  }

  left({ node }: Known): void {
    const frame = node as HTMLIFrameElement;
    this.#frames.delete(frame);
    this.#end(frame);
  }

  flush(): PageEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  clear(): void {
    for (const frame of [...this.#guests.keys()]) this.#end(frame);
    this.#frames.clear();
    this.#events = [];
  }

  #hail(): void {
    for (const [frame, one] of this.#frames) {
      if (!this.#guests.get(frame)?.hasTold && ++one.hails < MOST_HAILS) hail(frame);
    }
  }

  #end(frame: HTMLIFrameElement): void {
    const guest = this.#guests.get(frame);
    if (!guest) return;
    this.#guests.delete(frame);
    guest.port.postMessage('stop');
    guest.port.close();
  }

  #heard({ source, origin, data }: MessageEvent): void {
    const { coview, site } = (data ?? {}) as Partial<Here>;
    const policy = this.#policy;
    if (coview !== 'frame!' || site !== policy.site || !source || !policy.trusts(origin)) return;
    const [frame, { known } = {}] = [...this.#frames].find(([{ contentWindow }]) => contentWindow === source) ?? [];
    if (!frame || !known || known.gone || (this.#count + 2) * RANGE > 0x7fffffff) return;
    this.#end(frame);
    const { port1, port2 } = new MessageChannel();
    const firstId = ++this.#count * RANGE;
    const guest: Guest = { known, port: port1, hasTold: false, firstId, assets: new Map() };
    this.#guests.set(frame, guest);
    port1.onmessage = (message: MessageEvent<Told>) => this.#told(guest, message.data);
    const { masked, pictures } = known.verdict;
    const begin: Begin = { coview: 'frame', site, firstId, masked, pictures };
    (source as Window).postMessage(begin, origin, [port2]);
  }

  #told(guest: Guest, { events: text, isPointer, assets }: Told): void {
    const frame = guest.known.node as HTMLIFrameElement;
    if (guest.known.gone || this.#guests.get(frame) !== guest) return;
    guest.hasTold = true;
    for (const [n, url, kind, base] of assets) guest.assets.set(n, this.#options.assets.of(url, kind, base));
    const named = text.replace(/asset:~(\d+)~/g, (_, n) => guest.assets.get(Number(n)) ?? '');
    const told = (JSON.parse(named) as eventWithTime[]).flatMap((event) => this.#passed(guest, event));
    if (isPointer) return this.#options.point(told);
    this.#events.push(...told);
    if (told.length > 0) this.#options.ask();
  }

  /** An event as part of this page; none, if it speaks of what is not its own. */
  #passed({ known, firstId }: Guest, { type, data }: eventWithTime): PageEvent[] {
    if (!isWithin(data, firstId)) return [];
    if (type === 2) {
      const changes = noChanges();
      changes.adds.push({ parentId: known.id, nextId: null, node: data.node });
      const { top: y, left: x } = data.initialOffset;
      return [mutation(changes, true), incremental({ source: Source.scroll, id: data.node.id, x, y })];
    }
    if (type === 3 && sources.has(data.source)) return [incremental(data)];
    if (type !== 5) return [];
    if (data.tag === 'cv.select' || data.tag === 'cv.fullscreen') return [custom(data.tag, data.payload)];
    return data.tag === 'cv.hover' ? [custom('cv.hover', { id: known.id })] : [];
  }
}

const hail = ({ contentWindow }: HTMLIFrameElement): void =>
  contentWindow?.postMessage({ coview: 'frame?' } satisfies Hail, '*');

const numbers = new Set('id parentId nextId previousId rootId styleId start end'.split(' '));

/** Whether all nodes and sheets that it names have numbers of its own. */
function isWithin(data: unknown, firstId: number): boolean {
  const isOwn = (id: unknown) => typeof id !== 'number' || (id > firstId && id < firstId + RANGE);
  if (typeof data !== 'object' || data === null) return true;
  return Object.entries(data).every(([name, value]) => {
    if (numbers.has(name)) return isOwn(value);
    if (name === 'styleIds') return Array.isArray(value) && value.every(isOwn);
    return isWithin(value, firstId);
  });
}
