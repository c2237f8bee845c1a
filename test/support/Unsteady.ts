import type { Reporter, TestCase } from 'vitest/node';

/** Tells at the end which tests passed only when run again, with what they said at first: each is a fault to be found. */
export class Unsteady implements Reporter {
  readonly #found: TestCase[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) this.#found.push(test);
  }

  onTestRunEnd(): void {
    for (const test of this.#found) {
      const errors = test.result().errors ?? [];
      const said = errors.map((error) => error.stack ?? error.message).join('\n');
      console.error(`\nPassed only when run again: ${test.fullName} (${test.module.relativeModuleId})\n${said}`);
    }
  }
}
