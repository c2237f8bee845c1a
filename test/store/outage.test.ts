import { expect, test } from 'vitest';
import { HistoryRun } from '#test/chat/history/HistoryRun.ts';
import { PostgresServer } from './PostgresServer.ts';

test('[CHAT-73] a PostgreSQL that goes away in the midst of commits costs no message, and doubles none', async () => {
  const database = await PostgresServer.start();
  const seed = Math.floor(Math.random() * 2 ** 31);
  try {
    const kill = async () => {
      await database.pause();
      await database.resume();
    };
    const url = await database.createDatabase();
    const run = new HistoryRun({ visitors: 6, agents: 3, messages: 2000, kills: 3, kill, cuts: 6, seed, url });
    const asSent = { faults: [], messages: 2000, acknowledged: 2000, kills: 3, lost: 0, doubled: 0 };
    expect({ seed, ...(await run.run()) }).toMatchObject({ seed, ...asSent });
  } finally {
    await database.stop();
  }
}, 120_000);
