/** Work on one subject follows the work on it that came before; work on different subjects overlaps. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Takes its place in every subject's row at once. Work may take turns of its own, on other subjects only. */
  async take<T>(subjects: readonly string[], work: () => Promise<T>): Promise<T> {
    const run = Promise.all(subjects.map((subject) => this.#last.get(subject))).then(work);
    const settled = run.catch(() => {});
    for (const subject of subjects) this.#last.set(subject, settled);
    try {
      return await run;
    } finally {
      for (const subject of subjects) if (this.#last.get(subject) === settled) this.#last.delete(subject);
    }
  }
}
