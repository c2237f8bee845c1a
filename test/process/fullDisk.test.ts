import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { draft } from '#test/chat/Talk.ts';
import { Peer } from '#test/support/Peer.ts';
import { Server } from './Server.ts';

/** Far more than fits. */
const MESSAGES = 400;
const LONG = 'x'.repeat(3_000);

test('[RUN-23] on a full disk messages are refused, which readiness and log tell; what was acknowledged is there after a stop, the rest is taken', async () => {
  const data = await mkdtemp(join(tmpdir(), 'coview-full-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const start = async (fileKiB?: number) => {
    const environment = { COVIEW_DATA: data, RATE_LIMITS: '0' };
    const server = new Server(environment, fileKiB === undefined ? {} : { fileKiB });
    onTestFinished(() => server.kill());
    const [, url = ''] = await server.prints(/API documentation +(http:\/\/localhost:\d+)\/docs\//);
    return { server, url };
  };
  const first = await start(1_536);
  const visitor = await Peer.visitor(first.url);
  const { token } = await visitor.event('visitor.welcome');
  const drafts = Array.from({ length: MESSAGES }, (_, i) => draft(`${i} ${LONG}`));
  const answers = await Promise.all(drafts.map((message) => visitor.raw('chat.send', { message })));
  const kept = answers.map((answer) => ('data' in answer ? (answer.data as { seq: number }).seq : undefined));
  const count = kept.filter((seq) => seq !== undefined).length;
  expect([0, MESSAGES]).not.toContain(count);
  const refusals = answers.flatMap((answer) => ('error' in answer ? answer.error.code : []));
  expect(new Set(refusals)).toEqual(new Set(['UNAVAILABLE']));
  // Until there is no room for the smallest write either.
  const ready = async () => {
    await visitor.raw('chat.send', { message: draft(LONG) });
    const response = await fetch(`${first.url}/readyz`);
    return [response.status, await response.json()];
  };
  await expect.poll(ready).toEqual([503, { ready: false, database: 'failed', media: 'ok' }]);
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  await first.server.prints(/"method":"chat.send".*"request refused"/);
  expect(first.server.output).not.toContain(LONG);
  first.server.process.kill('SIGTERM');
  expect(await first.server.exited).toBe(0);

  const { url } = await start();
  const back = await Peer.visitor(url, { token });
  const { chat } = await back.event('visitor.welcome');
  expect(chat?.lastSeq).toBeGreaterThanOrEqual(count);
  const again = await Promise.all(drafts.map((message) => back.request('chat.send', { message })));
  expect(again.map(({ seq }, i) => kept[i] === undefined || kept[i] === seq)).not.toContain(false);
  expect(new Set(again.map(({ seq }) => seq)).size).toBe(MESSAGES);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  back.close();
});
