import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was left to agents who are no more, or not active, is nobody's: only they and admins could see it. */
export class ReleaseLeft1768000000000 implements MigrationInterface {
  readonly name = 'ReleaseLeft1768000000000';

  async up(runner: QueryRunner): Promise<void> {
    await release(runner, 'customers', 'assignedUser');
    await release(runner, 'conversations', 'assignee');
  }

  async down(): Promise<void> {}
}

async function release(runner: QueryRunner, table: string, column: string): Promise<void> {
  await runner.query(`UPDATE "${table}" SET "${column}" = NULL
    WHERE "${column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "agents"
      WHERE "agents"."site" = "${table}"."site" AND "agents"."email" = "${table}"."${column}" AND "agents"."active")`);
}
