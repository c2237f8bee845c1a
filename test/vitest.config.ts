import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { Unsteady } from './support/Unsteady.ts';

const root = resolve(import.meta.dirname, '..');

/** Whole-house checks; what runs against real servers; what runs in real browsers, one file at a time. */
export default defineConfig({
  root,
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How long a machine may take is nothing that a test tells of.
    expect: { poll: { timeout: 20_000 } },
    // What a busy machine of CI fails once is told at the end and does not stop what has nothing to do with it.
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', new Unsteady()],
    projects: [
      { extends: true, test: { name: 'house', include: ['test/house/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'server',
          include: [
            'test/{store,sfu,http,gateway,identity,presence,chat,calling,media,process,rules,webhooks,client}/**/*.test.ts',
            'test/cobrowse/{relay,service}/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: [
            'test/{chat,identity,rules,webhooks}/**/*.test.ts',
            'test/http/{files,idempotency,keptReads,quickReads,sites}.test.ts',
          ],
          // What is in SQLite's file, what holds the clocks of the driver too, and what starts programs over a file.
          exclude: ['test/identity/{expiry,keeping,secrecy}.test.ts', 'test/{chat,webhooks}/crash.test.ts'],
          globalSetup: 'test/support/onePostgres.ts',
          setupFiles: 'test/support/afterPostgres.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/{ui,e2e}/**/*.test.ts', 'test/cobrowse/{privacy,assets,record,mirror,remote}/**/*.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
});
