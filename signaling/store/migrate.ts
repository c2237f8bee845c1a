import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/**
 * Brings the tables up to date within the transaction that the runner is in, so that a migration is done wholly or
 * not at all; rejects for those of a newer version, in which this one would miss what it does not know. The caller
 * sees to it that no other process migrates the same database meanwhile.
 */
export async function migrate(source: DataSource, runner: QueryRunner): Promise<void> {
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'none';
  const known = new Set(source.migrations.map(({ name }) => name));
  const done = await executor.getExecutedMigrations();
  if (done.some(({ name }) => !known.has(name))) {
    throw new Error('a newer version of CoView has changed it; run that version, or a copy made before');
  }
  await executor.executePendingMigrations();
}
