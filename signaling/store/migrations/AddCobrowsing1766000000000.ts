import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { belongsTo, type Columns, columnsFor, index } from './columns.ts';

/** Sharings of visitors' pages, and agents' links that open one instead of a chat. */
export class AddCobrowsing1766000000000 implements MigrationInterface {
  readonly name = 'AddCobrowsing1766000000000';

  async up(runner: QueryRunner): Promise<void> {
    const column = columnsFor(runner);
    await runner.createTable(cobrowses(column));
    await rebuildLinks(runner, [...column.maybeText('customerId', 'cobrowse')]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM "links" WHERE "customerId" IS NULL');
    await rebuildLinks(runner, columnsFor(runner).text('customerId'));
    await runner.dropTable('cobrowses');
  }
}

const cobrowses = (column: Columns) =>
  new Table({
    name: 'cobrowses',
    columns: [
      ...column.keys('site', 'id'),
      ...column.text('state'),
      ...column.maybeText('reason'),
      ...column.text('visitorId'),
      ...column.maybeText('customerId'),
      ...column.text('startedBy', 'agentId', 'agentEmail', 'agentName'),
      ...column.time('startedAt'),
      ...column.maybeTime('consentedAt', 'activeAt', 'endedAt'),
    ],
    indices: [
      index('cobrowses_site_customerId', 'site', 'customerId', 'startedAt', 'id'),
      index('cobrowses_site_visitorId', 'site', 'visitorId'),
      { ...index('cobrowses_unended', 'startedAt'), where: `"state" <> 'ended'` },
    ],
  });

/** SQLite cannot take a NOT NULL away from a column: the table is made anew, with its few rows of five minutes. */
async function rebuildLinks(runner: QueryRunner, opened: ReturnType<Columns['text']>): Promise<void> {
  const column = columnsFor(runner);
  const kept = '"site", "hash", "agentId", "customerId", "expiresAt"';
  await runner.query(`CREATE TEMPORARY TABLE "kept_links" AS SELECT ${kept} FROM "links"`);
  await runner.dropTable('links');
  await runner.createTable(
    new Table({
      name: 'links',
      columns: [...column.keys('site', 'hash'), ...column.text('agentId'), ...opened, ...column.time('expiresAt')],
      indices: [
        index('links_expiresAt', 'expiresAt'),
        index('links_site_agentId', 'site', 'agentId'),
        index('links_site_customerId', 'site', 'customerId'),
      ],
      foreignKeys: [
        belongsTo('agents', 'links_agent', 'agentId'),
        belongsTo('customers', 'links_customer', 'customerId', 'customerId'),
      ],
    }),
  );
  await runner.query(`INSERT INTO "links" (${kept}) SELECT ${kept} FROM "kept_links"`);
  await runner.query('DROP TABLE "kept_links"');
}
