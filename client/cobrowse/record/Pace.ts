/** A page in the background has no frames. */
const NO_FRAME_MS = 200;

/**
 * When to work: at once if something is to be done, in a task of its own; then not before the next frame, however much
 * happens meanwhile.
 */
export class Pace {
  readonly #turn: () => void;
  readonly #channel = new MessageChannel();
  #isAsked = false;
  /** Set until the next frame. */
  #rest: { frame: number; timer: ReturnType<typeof setTimeout> } | undefined;
  #isStopped = false;

  constructor(turn: () => void) {
    this.#turn = turn;
    this.#channel.port1.onmessage = () => this.#run();
  }

  ask(): void {
    if (this.#isAsked || this.#isStopped) return;
    this.#isAsked = true;
    if (!this.#rest) this.#channel.port2.postMessage(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#endRest();
    this.#channel.port1.close();
  }

  #run(): void {
    if (!this.#isAsked || this.#isStopped) return;
    this.#isAsked = false;
    const next = () => {
      this.#endRest();
      if (this.#isAsked) this.#channel.port2.postMessage(0);
    };
    this.#rest = { frame: requestAnimationFrame(next), timer: setTimeout(next, NO_FRAME_MS) };
    this.#turn();
  }

  #endRest(): void {
    if (!this.#rest) return;
    cancelAnimationFrame(this.#rest.frame);
    clearTimeout(this.#rest.timer);
    this.#rest = undefined;
  }
}
