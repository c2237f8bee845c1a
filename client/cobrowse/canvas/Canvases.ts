import type { CanvasSampler, CanvasSamplerOptions } from './CanvasSampler.ts';

/** The canvases of a page. What takes their pictures loads with the first of them: most pages have none. */
export class Canvases {
  readonly #options: CanvasSamplerOptions;
  readonly #canvases = new Set<HTMLCanvasElement>();
  #sampler: CanvasSampler | undefined;
  #isLoading = false;
  #isClosed = false;

  constructor(options: CanvasSamplerOptions) {
    this.#options = options;
  }

  add(canvas: HTMLCanvasElement): void {
    if (this.#isClosed) return;
    this.#canvases.add(canvas);
    if (this.#sampler) this.#sampler.add(canvas);
    else this.#load();
  }

  delete(canvas: HTMLCanvasElement): void {
    this.#canvases.delete(canvas);
    this.#sampler?.delete(canvas);
  }

  /** The page is told anew: every canvas goes once more. */
  again(): void {
    this.#sampler?.again();
    if (this.#canvases.size > 0) this.#load();
  }

  /** Nothing is read or sent any more. */
  close(): void {
    this.#isClosed = true;
    this.#canvases.clear();
    this.#sampler?.close();
  }

  #load(): void {
    if (this.#isLoading || this.#sampler) return;
    this.#isLoading = true;
    import('./CanvasSampler.ts')
      .then(({ CanvasSampler }) => {
        if (this.#isClosed) return;
        this.#sampler = new CanvasSampler(this.#options);
        for (const canvas of this.#canvases) this.#sampler.add(canvas);
      })
      .catch((error) => console.error('CoView:', error))
      .finally(() => {
        this.#isLoading = false;
      });
  }
}
