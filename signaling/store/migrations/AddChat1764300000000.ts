import { type MigrationInterface, type QueryRunner, Table, type TableOptions } from 'typeorm';
import { belongsTo, type Columns, columnsFor, index, unique } from './columns.ts';

/** Conversations, what belongs to a site beside them, and people who are verified, in a team or have only written. */
export class AddChat1764300000000 implements MigrationInterface {
  readonly name = 'AddChat1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    const collation = runner.dataSource.options.type === 'postgres' ? 'COLLATE "C"' : '';
    for (const change of changes(collation)) await runner.query(change);
    const column = columnsFor(runner);
    for (const table of [...chatTables(column), ...webhookTables(column), ...siteTables(column)]) {
      await runner.createTable(new Table(table));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = ['deliveries', 'webhooks', 'notes', 'messages', 'files', 'conversations', 'links'];
    for (const name of [...tables, 'canned_answers', 'identity_keys', 'rules', 'idempotency']) {
      await runner.dropTable(name);
    }
    for (const change of undoing) await runner.query(change);
  }
}

/** `searchText`: in JavaScript's lower case, as the databases know only that of their locale, or of ASCII. */
const changes = (collation: string): string[] => [
  `ALTER TABLE "agents" ADD COLUMN "teams" text ${collation} NOT NULL DEFAULT '[]'`,
  `ALTER TABLE "agents" ADD COLUMN "availability" text ${collation} NOT NULL DEFAULT 'online'`,
  `ALTER TABLE "customers" ADD COLUMN "team" text ${collation}`,
  `ALTER TABLE "customers" ADD COLUMN "tagged" boolean NOT NULL DEFAULT true`,
  `ALTER TABLE "customers" ADD COLUMN "searchText" text ${collation} NOT NULL DEFAULT ''`,
  `UPDATE "customers" SET "searchText" = lower(coalesce("firstname", '') || ' ' || coalesce("lastname", '')
    || ' ' || coalesce("email", '') || ' ' || coalesce("externalId", ''))`,
  'DROP INDEX "customers_site_externalId"',
  'DROP INDEX "customers_site_email_only"',
  // A verified and an unverified person of the same id are two.
  'CREATE UNIQUE INDEX "customers_site_externalId" ON "customers" ("site", "externalId", "verified")',
  `CREATE UNIQUE INDEX "customers_site_email_only" ON "customers" ("site", "email", "verified")
    WHERE "externalId" IS NULL AND "tagged"`,
  'CREATE INDEX "customers_site_updatedAt" ON "customers" ("site", "updatedAt", "customerId")',
  'CREATE INDEX "calls_site_customerId" ON "calls" ("site", "customerId", "startedAt", "id")',
  'CREATE INDEX "calls_site_visitorId" ON "calls" ("site", "visitorId")',
];

const undoing = [
  'DROP INDEX "calls_site_visitorId"',
  'DROP INDEX "calls_site_customerId"',
  'DROP INDEX "customers_site_updatedAt"',
  'DROP INDEX "customers_site_email_only"',
  'DROP INDEX "customers_site_externalId"',
  'CREATE UNIQUE INDEX "customers_site_externalId" ON "customers" ("site", "externalId")',
  `CREATE UNIQUE INDEX "customers_site_email_only" ON "customers" ("site", "email") WHERE "externalId" IS NULL`,
  ...['searchText', 'tagged', 'team'].map((column) => `ALTER TABLE "customers" DROP COLUMN "${column}"`),
  ...['availability', 'teams'].map((column) => `ALTER TABLE "agents" DROP COLUMN "${column}"`),
];

function chatTables(column: Columns): TableOptions[] {
  return [
    {
      name: 'conversations',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('customerId', 'status'),
        ...column.maybeText('assignee', 'team'),
        ...column.time('createdAt', 'updatedAt'),
        ...column.number('lastSeq'),
        ...column.maybeText('last'),
        ...column.text('receipts'),
        ...column.number('unreadByAgent', 'unreadByVisitor'),
      ],
      indices: [
        unique('conversations_site_customerId', 'site', 'customerId'),
        // Every message changes these: `assignee` stands in them rather than in an index of its own.
        index('conversations_site_updatedAt', 'site', 'updatedAt', 'id', 'assignee'),
        { ...index('conversations_open', 'site', 'updatedAt', 'id', 'assignee'), where: `"status" <> 'DONE'` },
      ],
      foreignKeys: [belongsTo('customers', 'conversations_customer', 'customerId', 'customerId')],
    },
    {
      // Without a foreign key, which would cost every message a look: whoever writes or deletes messages holds
      // their conversation's row.
      name: 'messages',
      columns: [
        ...column.keys('site', 'conversationId'),
        ...column.number('seq').map((seq) => ({ ...seq, isPrimary: true })),
        ...column.text('id'),
        ...column.time('at'),
        ...column.text('author', 'text'),
        ...column.maybeText('file'),
      ],
      indices: [unique('messages_id', 'site', 'conversationId', 'id')],
    },
    {
      name: 'files',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('name', 'type'),
        ...column.number('size'),
        ...column.text('uploader'),
        ...column.time('createdAt'),
        ...column.maybeText('conversationId'),
      ],
      indices: [
        index('files_site_conversationId', 'site', 'conversationId'),
        { ...index('files_unsent', 'createdAt'), where: `"conversationId" IS NULL` },
      ],
    },
    {
      name: 'notes',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('conversationId'),
        ...column.time('at'),
        ...column.maybeText('agent'),
        ...column.text('text'),
      ],
      indices: [index('notes_site_conversationId', 'site', 'conversationId', 'at', 'id')],
      foreignKeys: [belongsTo('conversations', 'notes_conversation', 'conversationId')],
    },
    {
      name: 'canned_answers',
      columns: [...column.keys('site', 'id'), ...column.text('shortcut', 'text')],
      indices: [unique('canned_answers_site_shortcut', 'site', 'shortcut')],
    },
  ];
}

function webhookTables(column: Columns): TableOptions[] {
  return [
    {
      name: 'webhooks',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('url', 'events'),
        ...column.flag('enabled'),
        ...column.maybeText('disabledReason'),
        ...column.text('secret'),
        ...column.time('createdAt'),
      ],
    },
    {
      name: 'deliveries',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('webhookId'),
        ...column.maybeText('customerId'),
        ...column.text('type', 'payload', 'state'),
        ...column.number('attempts'),
        ...column.time('createdAt'),
        ...column.maybeTime('nextAttemptAt', 'deliveredAt'),
        ...column.maybeNumber('status'),
        ...column.maybeText('error'),
      ],
      indices: [
        index('deliveries_site_webhookId', 'site', 'webhookId', 'createdAt', 'id'),
        {
          ...index('deliveries_pending', 'site', 'webhookId', 'nextAttemptAt', 'createdAt', 'id'),
          where: `"state" = 'pending'`,
        },
        { ...index('deliveries_settled', 'createdAt'), where: `"state" <> 'pending'` },
        index('deliveries_site_customerId', 'site', 'customerId'),
      ],
      foreignKeys: [belongsTo('webhooks', 'deliveries_webhook', 'webhookId')],
    },
  ];
}

function siteTables(column: Columns): TableOptions[] {
  return [
    {
      name: 'identity_keys',
      columns: [...column.keys('site', 'kid'), ...column.text('algorithm', 'secret'), ...column.time('createdAt')],
    },
    {
      name: 'links',
      columns: [...column.keys('site', 'hash'), ...column.text('agentId', 'customerId'), ...column.time('expiresAt')],
      indices: [
        index('links_expiresAt', 'expiresAt'),
        index('links_site_agentId', 'site', 'agentId'),
        index('links_site_customerId', 'site', 'customerId'),
      ],
      foreignKeys: [
        belongsTo('agents', 'links_agent', 'agentId'),
        belongsTo('customers', 'links_customer', 'customerId', 'customerId'),
      ],
    },
    {
      name: 'rules',
      columns: [
        ...column.keys('site', 'id'),
        ...column.text('name'),
        ...column.flag('enabled'),
        ...column.number('position'),
        ...column.text('conditions', 'actions'),
        ...column.time('createdAt'),
      ],
    },
    {
      name: 'idempotency',
      columns: [
        ...column.keys('site', 'key'),
        ...column.text('request'),
        ...column.time('createdAt'),
        ...column.maybeText('answer'),
      ],
      indices: [index('idempotency_createdAt', 'createdAt')],
    },
  ];
}
