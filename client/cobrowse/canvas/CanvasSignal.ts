/**
 * Calls back after a canvas was drawn on, and has what it showed then: of WebGL nothing is left to be read once a frame
 * is on the screen. Where browsers cannot tell, it calls back again and again.
 */
export class CanvasSignal {
  /** What the canvas showed when it was drawn on last. */
  frame: HTMLVideoElement | undefined;
  #stream: MediaStream | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(canvas: HTMLCanvasElement, everyMs: number, drawn: () => void) {
    const video = document.createElement('video');
    try {
      if (!('requestVideoFrameCallback' in video)) throw new Error('no news of frames');
      this.#stream = canvas.captureStream(1000 / everyMs);
    } catch {
      this.#timer = setInterval(drawn, everyMs);
      return;
    }
    video.muted = true;
    video.srcObject = this.#stream;
    video.play().catch(() => {});
    const next = () =>
      video.requestVideoFrameCallback(() => {
        if (this.#closed) return;
        this.frame = video;
        drawn();
        next();
      });
    next();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    if (this.frame) this.frame.srcObject = null;
    this.frame = undefined;
  }
}
