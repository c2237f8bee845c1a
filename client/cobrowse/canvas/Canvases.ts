import { Late } from '../../core/Late.ts';
import type { CanvasSampler, CanvasSamplerOptions } from './CanvasSampler.ts';

/** The canvases of a page. What takes their pictures loads with the first of them: most pages have none. */
export class Canvases {
  readonly #canvases = new Set<HTMLCanvasElement>();
  readonly #sampler: Late<CanvasSampler>;
  #isClosed = false;

  constructor(options: CanvasSamplerOptions) {
    this.#sampler = new Late(async () => new (await import('./CanvasSampler.ts')).CanvasSampler(options));
  }

  add(canvas: HTMLCanvasElement): void {
    if (this.#isClosed) return;
    this.#canvases.add(canvas);
    this.#sampler.use((sampler) => this.#canvases.has(canvas) && sampler.add(canvas));
  }

  delete(canvas: HTMLCanvasElement): void {
    this.#canvases.delete(canvas);
    this.#sampler.useIfAsked((sampler) => sampler.delete(canvas));
  }

  /** The page is told anew: every canvas goes once more. */
  again(): void {
    for (const canvas of this.#canvases) this.add(canvas);
    this.#sampler.useIfAsked((sampler) => sampler.again());
  }

  /** Nothing is read or sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#canvases.clear();
    this.#sampler.useIfAsked((sampler) => sampler.close());
  }
}
