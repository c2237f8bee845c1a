import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Server } from '#test/process/Server.ts';
import { Peer } from '#test/support/Peer.ts';
import { receiver } from './Outbox.ts';

async function start(data: string) {
  const server = new Server({ COVIEW_DATA: data, WEBHOOK_ALLOW_PRIVATE: '1' });
  onTestFinished(() => server.kill());
  const [, url = ''] = await server.prints(/API documentation +(http:\/\/localhost:\d+)\/docs\//);
  return { server, url };
}

test('[HOOK-8] a server that is killed during a call tells, when it is back, that the call ended', async () => {
  const data = await mkdtemp(join(tmpdir(), 'coview-hooks-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const target = await receiver();
  const { server, url } = await start(data);
  const { apiKey, agents } = JSON.parse(await readFile(join(data, 'dev-credentials.json'), 'utf8'));
  await fetch(`${url}/rest/v1/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: target.url, events: ['call.started', 'call.ended'] }),
  });
  const visitor = await Peer.visitor(url);
  await visitor.request('visitor.tag', { email: 'called@example.com' });
  const { visitorId } = await visitor.event('visitor.welcome');
  const agent = await Peer.agent(url, agents['agent1@example.com']);
  const { call } = await agent.request('calling.start', { visitorId, kind: 'screen' });
  await target.count(1);
  for (const peer of [visitor, agent]) peer.close();
  await server.kill();
  await start(data);
  const sent = await target.count(2);
  expect(sent.map(({ body }) => JSON.parse(body))).toMatchObject([
    { type: 'call.started', data: { call: { id: call.id, state: 'ringing' } } },
    { type: 'call.ended', data: { call: { id: call.id, state: 'ended', reason: 'disconnected' } } },
  ]);
});
