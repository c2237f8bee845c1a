/** It has its time, and is not kept yet. */
interface UnderWay {
  from: number;
  readonly ended: Promise<void>;
}

/** What one who reads lists by their times can count on. */
interface Standing {
  /** All changes of before this time are kept, … */
  readonly whole: number;
  /** … and of before this one, once `ended` has resolved. What was kept before it was asked for is among them. */
  readonly until: number;
  ended(): Promise<unknown>;
}

/**
 * `updatedAt` of conversations. Who asks for what has changed since the latest change that they know is to miss none:
 * each is later than all that were kept before it. Where the database writes several at once, an earlier one may still
 * be kept after a later one; who reads learns up to when what they read is whole.
 */
export class ChangeTimes {
  readonly #underWay = new Set<UnderWay>();
  #given = 0;
  #ended = 0;

  /**
   * `work` writes a change, under a time that it asks for when nobody else can change the same any more: not before the
   * former one of the same conversation.
   */
  async write<T>(work: (now: (former: number) => number) => Promise<T>): Promise<T> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const change: UnderWay = { from: Number.POSITIVE_INFINITY, ended };
    let last = 0;
    try {
      return await work((former) => {
        this.#given = last = Math.max(this.#next(), former);
        change.from = Math.min(change.from, last);
        this.#underWay.add(change);
        return last;
      });
    } finally {
      this.#ended = Math.max(this.#ended, last);
      this.#underWay.delete(change);
      resolve();
    }
  }

  /** This one was kept by a former process, whose clock may have been ahead of ours. */
  startAfter(kept: number): void {
    this.#ended = Math.max(this.#ended, kept);
  }

  standing(): Standing {
    const underWay = [...this.#underWay];
    const until = this.#next();
    return {
      whole: Math.min(until, ...underWay.map(({ from }) => from)),
      until,
      ended: () => Promise.all(underWay.map(({ ended }) => ended)),
    };
  }

  #next(): number {
    return Math.max(Date.now(), this.#given, this.#ended + 1);
  }
}
