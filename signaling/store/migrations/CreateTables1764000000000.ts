import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm';
import { type Columns, columnsFor, index, unique } from './columns.ts';

/** Every key begins with the site, so that no lookup can reach over to another one. */
export class CreateTables1764000000000 implements MigrationInterface {
  readonly name = 'CreateTables1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    const column = columnsFor(runner);
    for (const table of tables(column)) await runner.createTable(new Table(table));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['audit', 'calls', 'visitors', 'customers', 'tokens', 'agents', 'sites']) {
      await runner.dropTable(name);
    }
  }
}

function tables(column: Columns): TableOptions[] {
  return [
    {
      name: 'sites',
      columns: [...column.keys('id'), ...column.text('name', 'settings', 'apiKeyHash')],
      indices: [unique('sites_apiKeyHash', 'apiKeyHash')],
    },
    {
      name: 'agents',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('email', 'name', 'role'),
        ...column.flag('active'),
        ...column.maybeText('passwordHash'),
      ],
      indices: [unique('agents_site_email', 'site', 'email'), index('agents_email', 'email')],
    },
    {
      name: 'tokens',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('agentId', 'hash'),
        ...column.time('createdAt'),
        ...column.maybeTime('expiresAt'),
      ],
      indices: [unique('tokens_hash', 'hash'), index('tokens_site_agentId', 'site', 'agentId')],
      foreignKeys: [
        {
          name: 'tokens_agent',
          columnNames: ['site', 'agentId'],
          referencedTableName: 'agents',
          referencedColumnNames: ['site', 'id'],
          onDelete: 'CASCADE',
        },
      ],
    },
    ...customerTables(column),
    ...historyTables(column),
  ];
}

function customerTables(column: Columns): TableOptions[] {
  return [
    {
      name: 'customers',
      columns: [
        ...column.keys('site', 'customerId'),
        ...column.maybeText('externalId', 'email', 'firstname', 'lastname', 'gender'),
        ...column.text('labels'),
        ...column.maybeText('assignedUser'),
        ...column.text('additionalTaggingData'),
        ...column.flag('verified'),
        ...column.time('createdAt', 'updatedAt'),
      ],
      indices: [
        unique('customers_site_externalId', 'site', 'externalId'),
        // Accounts may share an email; only who is known by nothing else is one person per email.
        { ...unique('customers_site_email_only', 'site', 'email'), where: `"externalId" IS NULL` },
        index('customers_site_email', 'site', 'email'),
      ],
    },
    {
      name: 'visitors',
      columns: [...column.keys('site', 'visitorId'), ...column.text('customerId')],
      indices: [index('visitors_site_customerId', 'site', 'customerId')],
    },
  ];
}

function historyTables(column: Columns): TableOptions[] {
  return [
    {
      name: 'calls',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('kind', 'state'),
        ...column.maybeText('reason'),
        ...column.text('visitorId'),
        ...column.maybeText('customerId'),
        ...column.text('agentId', 'agentEmail', 'agentName'),
        ...column.time('startedAt'),
        ...column.maybeTime('answeredAt', 'activeAt', 'endedAt'),
      ],
      indices: [
        index('calls_site_startedAt', 'site', 'startedAt', 'id'),
        index('calls_site_agentId_startedAt', 'site', 'agentId', 'startedAt', 'id'),
        { ...index('calls_unended', 'startedAt'), where: `"state" <> 'ended'` },
      ],
    },
    {
      name: 'audit',
      columns: [
        ...column.keys('site', 'id'),
        ...column.time('at'),
        ...column.text('actor', 'action', 'subject', 'detail'),
      ],
      indices: [
        index('audit_site_at', 'site', 'at', 'id'),
        index('audit_site_subject_at', 'site', 'subject', 'at', 'id'),
      ],
    },
  ];
}
