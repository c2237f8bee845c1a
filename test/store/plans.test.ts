import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { storeContract } from './contract.ts';
import { fileDatabase } from './fileDatabase.ts';
import { TemporaryFolder } from './TemporaryFolder.ts';

/** How SQLite goes about each statement that the store has ever prepared. */
const plans = new Map<string, string>();

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await TemporaryFolder.create();
  const prepare = Sqlite.prototype.prepare;
  vi.spyOn(Sqlite.prototype, 'prepare').mockImplementation(function (this: Sqlite, sql: string) {
    if (/^(SELECT|UPDATE|DELETE|INSERT)\b/.test(sql) && !plans.has(sql)) {
      const nulls = Array.from(sql.matchAll(/\?/g), () => null);
      const steps = prepare.call(this, `EXPLAIN QUERY PLAN ${sql}`).all(...nulls) as { detail: string }[];
      plans.set(sql, steps.map(({ detail }) => detail).join('; '));
    }
    return prepare.call(this, sql);
  });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await folder.remove();
});

describe('[STORE-37]', () => {
  storeContract('a store whose statements are looked at', async () =>
    fileDatabase(folder.newFile(), (file) => TypeOrmStore.open({ file })),
  );
});

/** Tables of which a site has ever more rows. */
const growing = 'customers|visitors|conversations|messages|files|notes|calls|cobrowses|deliveries|audit|links|tokens';

/** Statements of sweeps, upgrades and agents who leave, and of the contract itself. */
const rare = [
  /^UPDATE "(customers|conversations)" SET "(assignedUser|assignee)" = NULL/,
  /^SELECT "row"\."(assignedUser|assignee)" AS "email", .* WHERE "row"\."site" = \? AND "row"\."\1" IN \([?, ]+\)$/,
  /^DELETE FROM "tokens" WHERE "expiresAt"/,
  /^UPDATE "customers" SET "searchText"/,
  /kept_links/,
  /^SELECT \*/,
];

test('[STORE-37] nothing goes through all rows of a site, but a page of them in the order of an index', () => {
  const through = [...plans].filter(([sql, plan]) => {
    if (!new RegExp(`"(${growing})"`).test(sql) || rare.some((one) => one.test(sql))) return false;
    const paged = / LIMIT \?$/.test(sql) && !plan.includes('TEMP B-TREE');
    const narrow = (step: string) =>
      !/^(SCAN|SEARCH) /.test(step) ||
      /^SCAN (json_each|\d+-ROW|\w+ USING INDEX \w+_unended|webhooks)/.test(step) ||
      /\((?!site=\?\))[^)]*\?/.test(step);
    return !paged && !plan.split('; ').every(narrow);
  });
  expect(plans.size).toBeGreaterThan(80);
  expect(through).toEqual([]);
});

test('[STORE-37] all ids of somebody who is erased are looked for by one walk through the kept answers', () => {
  const deletes = [...plans.keys()].filter((sql) => /^DELETE FROM "idempotency" .* LIKE/.test(sql));
  // The person's, a conversation's, and a former one's.
  expect(Math.max(...deletes.map((sql) => sql.split(' LIKE ').length - 1))).toBeGreaterThanOrEqual(3);
});
