const { getContext } = HTMLCanvasElement.prototype;

/**
 * Calls back when a canvas was drawn on, so often at most, and once more when it has come to rest. Of WebGL nothing is
 * left to be read once a frame is on the screen: of that it keeps what was shown last. Where browsers cannot tell, it
 * calls back again and again.
 */
export class CanvasSignal {
  /** What the canvas shows, if that may be more than can be read from it. */
  frame: HTMLVideoElement | undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #everyMs: number;
  readonly #drawn: () => void;
  #stream: MediaStream | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isReadable = false;
  #isDue = false;
  #isBlind = false;
  #isClosed = false;

  constructor(canvas: HTMLCanvasElement, everyMs: number, drawn: () => void) {
    this.#canvas = canvas;
    this.#everyMs = everyMs;
    this.#drawn = drawn;
    this.#listen();
  }

  /** Something is drawn on it, so it has a context, and asking for one makes none. */
  isUsed(): void {
    if (this.#isReadable || this.#isBlind) return;
    try {
      this.#isReadable = getContext.call(this.#canvas, '2d') !== null;
    } catch {
      return;
    }
    if (this.#isReadable) this.#listen();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  #listen(): void {
    this.#drop();
    const video = document.createElement('video');
    let stream: MediaStream;
    try {
      if (!('requestVideoFrameCallback' in video)) throw new Error('no news of frames');
      // What can be read at any time is read once more in the end; of the rest every picture may be the last.
      stream = this.#isReadable ? this.#canvas.captureStream(1000 / this.#everyMs) : this.#canvas.captureStream();
    } catch {
      this.#isBlind = true;
      this.#news();
      return;
    }
    this.#stream = stream;
    video.muted = true;
    video.srcObject = stream;
    video.play().catch(() => {});
    const next = () =>
      video.requestVideoFrameCallback(() => {
        if (this.#isClosed || this.#stream !== stream) return;
        this.frame = this.#isReadable ? undefined : video;
        this.#news();
        next();
      });
    next();
  }

  #drop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.frame = undefined;
  }

  #news(): void {
    this.#isDue = true;
    if (this.#timer === undefined) this.#tell();
  }

  #tell(): void {
    const wasDue = this.#isDue;
    this.#isDue = this.#isBlind;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (wasDue || this.#isDue) this.#tell();
    }, this.#everyMs);
    this.#drawn();
  }
}
