import type { eventWithTime } from '@rrweb/types';
import type { Verdict } from '../privacy/verdicts.ts';
import { CanvasSignal } from './CanvasSignal.ts';
import { type Picture, pictureOf, webp } from './picture.ts';

/** Of rrweb’s format. */
const INCREMENTAL = 3;
const CANVAS_MUTATION = 9;
const TWO_D = 0;

/** Between two pictures of one canvas, at least. */
const EVERY_MS = 250;

export interface CanvasSamplerOptions {
  /** The number of a canvas in the recording; undefined as long as it is not recorded. */
  idOf: (canvas: HTMLCanvasElement) => number | undefined;
  verdictOf: (canvas: HTMLCanvasElement) => Verdict;
  emit: (events: readonly eventWithTime[]) => void;
  now?: () => number;
}

interface Watched {
  onScreen: boolean;
  /** Tells of what is drawn, while it is on the screen. */
  signal?: CanvasSignal;
  /** Of the picture that was sent last. */
  sum?: number;
  /** A picture is being made. */
  busy: boolean;
  /** Something was drawn meanwhile. */
  again: boolean;
}

/**
 * Sends what canvases show, at most four times a second, and only of those on the screen that were drawn on. It takes
 * pictures instead of listening to the calls of a context, so it may begin at any time and whatever draws.
 */
export class CanvasSampler {
  readonly #options: CanvasSamplerOptions;
  readonly #watched = new Map<HTMLCanvasElement, Watched>();
  readonly #sight: IntersectionObserver;
  #closed = false;

  constructor(options: CanvasSamplerOptions) {
    this.#options = options;
    this.#sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#seen(target as HTMLCanvasElement, isIntersecting);
    });
  }

  add(canvas: HTMLCanvasElement): void {
    if (this.#closed || this.#watched.has(canvas)) return;
    this.#watched.set(canvas, { onScreen: false, busy: false, again: false });
    this.#sight.observe(canvas);
  }

  delete(canvas: HTMLCanvasElement): void {
    this.#watched.get(canvas)?.signal?.close();
    this.#watched.delete(canvas);
    this.#sight.unobserve(canvas);
  }

  /** The page is told anew: every canvas goes once more. */
  again(): void {
    for (const [canvas, watched] of this.#watched) {
      watched.sum = undefined;
      if (watched.onScreen) this.#sample(canvas, watched);
    }
  }

  /** Nothing is read or sent any more. */
  close(): void {
    this.#closed = true;
    this.#sight.disconnect();
    for (const { signal } of this.#watched.values()) signal?.close();
    this.#watched.clear();
  }

  #seen(canvas: HTMLCanvasElement, onScreen: boolean): void {
    const watched = this.#watched.get(canvas);
    if (!watched || watched.onScreen === onScreen) return;
    watched.onScreen = onScreen;
    watched.signal?.close();
    watched.signal = undefined;
    if (!onScreen) return;
    watched.signal = new CanvasSignal(canvas, EVERY_MS, () => this.#sample(canvas, watched));
    this.#sample(canvas, watched);
  }

  #sample(canvas: HTMLCanvasElement, watched: Watched): void {
    if (watched.busy) watched.again = true;
    else void this.#take(canvas, watched);
  }

  async #take(canvas: HTMLCanvasElement, watched: Watched): Promise<void> {
    if (!this.#shows(canvas)) return;
    watched.busy = true;
    watched.again = false;
    const picture = pictureOf(canvas, watched.signal?.frame);
    // Who watches has seen an empty canvas from the start.
    if (picture && !picture.blank) watched.signal?.isUsed();
    const news = picture && picture.sum !== watched.sum && !(picture.blank && watched.sum === undefined);
    if (news) {
      const data = await webp(picture).catch(() => undefined);
      if (data && this.#send(canvas, picture, data)) watched.sum = picture.sum;
    }
    watched.busy = false;
    if (watched.again && watched.onScreen && !this.#closed) this.#sample(canvas, watched);
  }

  /** A canvas is all text and picture: what hides either hides it. */
  #shows(canvas: HTMLCanvasElement): boolean {
    const { blocked, masked } = this.#options.verdictOf(canvas);
    return !blocked && !masked && this.#options.idOf(canvas) !== undefined;
  }

  #send(
    canvas: HTMLCanvasElement,
    { width, height }: Picture,
    { type, base64 }: { type: string; base64: string },
  ): boolean {
    const id = this.#options.idOf(canvas);
    if (this.#closed || !this.#watched.has(canvas) || id === undefined || !this.#shows(canvas)) return false;
    const image = {
      rr_type: 'ImageBitmap',
      args: [{ rr_type: 'Blob', data: [{ rr_type: 'ArrayBuffer', base64 }], type }],
    };
    const commands = [
      { property: 'clearRect', args: [0, 0, width, height] },
      { property: 'drawImage', args: [image, 0, 0, width, height] },
    ];
    const data = { source: CANVAS_MUTATION, id, type: TWO_D, commands };
    const timestamp = this.#options.now?.() ?? Date.now();
    this.#options.emit([{ type: INCREMENTAL, data, timestamp } as eventWithTime]);
    return true;
  }
}
