const began = performance.now();

/** One line of what is going on; the tables go to stdout, this does not. */
export function progress(line: string): void {
  process.stderr.write(`[${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s] ${line}\n`);
}

/** Rounds of every bench that repeats; BENCH_ROUNDS changes it. */
export function rounds(usual: number): number {
  const asked = Number(process.env['BENCH_ROUNDS']);
  return Number.isInteger(asked) && asked > 0 ? asked : usual;
}

/** CoView and the baseline in turn, each as often first as second: A B, B A, A B, … */
export function alternate<T>(round: number, a: T, b: T): readonly [T, T] {
  return round % 2 === 0 ? [a, b] : [b, a];
}
