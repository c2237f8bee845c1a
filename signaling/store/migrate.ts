import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/**
 * Brings the tables up to date within the transaction that the runner is in, so that a migration is done wholly or
 * not at all. The caller sees to it that no other process migrates the same database meanwhile.
 */
export async function migrate(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'none';
  await executor.executePendingMigrations();
}
