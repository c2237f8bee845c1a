import { expect, test } from 'vitest';
import { testDatabase } from '#test/support/testDatabase.ts';
import { HistoryRun } from './history/HistoryRun.ts';

test('[CHAT-18] every page ends with the same conversation, whatever is killed and cut; nothing is lost or doubled', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { url } = await testDatabase();
  const run = new HistoryRun({ visitors: 6, agents: 3, messages: 900, kills: 3, cuts: 12, seed, url });
  const result = await run.run();
  expect({ seed, ...result }).toMatchObject({
    seed,
    faults: [],
    messages: 900,
    acknowledged: 900,
    kills: 3,
    cuts: 12,
    lost: 0,
    doubled: 0,
  });
}, 120_000);
