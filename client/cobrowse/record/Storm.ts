/** So many nodes to look at, and telling the whole page anew is the lesser work. */
const MOST_NODES = 10_000;
/** A page that is never told wholly within this time changes faster than it can be told, in milliseconds. */
const LONGEST_MS = 3000;
/** How often is looked whether it is over, in milliseconds, and how many records a calm page makes meanwhile, at most. */
const CALM_MS = 250;
const CALM_RECORDS = 500;

/** Pages that change too fast are not followed, but told anew when they have come to rest. */
export class Storm {
  #since: number | undefined;
  #records = 0;
  #isOn = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether there is more to do than is worth it. */
  isOver(nodes: number, isLive: boolean): boolean {
    if (nodes > MOST_NODES) return true;
    if (!isLive || nodes === 0) return false;
    this.#since ??= Date.now();
    return Date.now() - this.#since > LONGEST_MS;
  }

  /** Everything is told. */
  settled(): void {
    this.#since = undefined;
  }

  count(records: number): void {
    this.#records += records;
  }

  /** Calls back when it is over. */
  wait(calm: () => void): void {
    this.#isOn = true;
    this.#records = 0;
    this.#since = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#records < CALM_RECORDS) calm();
      else this.wait(calm);
    }, CALM_MS);
  }

  /** Whether a storm is over with the page that is told now. */
  end(isTold: boolean): boolean {
    const ended = this.#isOn && isTold;
    if (ended) this.#isOn = false;
    return ended;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
