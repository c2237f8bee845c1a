import type { CobrowseMark } from '#protocol/cobrowse.ts';

/** What agents point at on the visitor’s page, and where they act. */
export class AgentMarks {
  mark(_agent: string, _mark: CobrowseMark, _boxOf: (node: number) => DOMRect | undefined): void {}

  pointer(_agent: string, _at: { x: number; y: number }): void {}

  clear(): void {}
}
