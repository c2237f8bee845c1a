import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { belongsTo, columnsFor, index } from './columns.ts';

/** Ids of what was merged lead on; what the site itself has said of a person is known. */
export class AddAliases1767000000000 implements MigrationInterface {
  readonly name = 'AddAliases1767000000000';

  async up(runner: QueryRunner): Promise<void> {
    const column = columnsFor(runner);
    const collation = runner.dataSource.options.type === 'postgres' ? 'COLLATE "C"' : '';
    await runner.query(`ALTER TABLE "customers" ADD COLUMN "signed" text ${collation} NOT NULL DEFAULT '[]'`);
    await runner.createTable(
      new Table({
        name: 'aliases',
        columns: [...column.keys('site', 'id'), ...column.text('customerId')],
        indices: [index('aliases_site_customerId', 'site', 'customerId')],
        foreignKeys: [belongsTo('customers', 'aliases_customer', 'customerId', 'customerId')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('aliases');
    await runner.query('ALTER TABLE "customers" DROP COLUMN "signed"');
  }
}
