import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Server } from '#test/process/Server.ts';
import { Peer } from '#test/support/Peer.ts';
import { draft, seqsAndTexts } from './Talk.ts';

let data: string;
let server: Server;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'coview-crash-'));
});
afterEach(async () => {
  await server.kill();
  await rm(data, { recursive: true, force: true });
});

async function start(): Promise<string> {
  server = new Server({ COVIEW_DATA: data, RATE_LIMITS: '0' });
  const [, url = ''] = await server.prints(/API documentation +(http:\/\/localhost:\d+)\/docs\//);
  return url;
}

test('[CHAT-17] killed between commit and acknowledgement: what was acknowledged is there, the rest is the same message', async () => {
  const url = await start();
  const visitor = await Peer.visitor(url);
  const { token } = await visitor.event('visitor.welcome');
  const acknowledged = draft('acknowledged');
  const { conversationId } = await visitor.request('chat.send', { message: acknowledged });
  const { agents } = JSON.parse(await readFile(join(data, 'dev-credentials.json'), 'utf8')) as {
    agents: Record<string, string>;
  };
  const agent = await Peer.agent(url, agents['agent1@example.com'] ?? '');
  await agent.request('conversation.open', { conversationId });

  const unacknowledged = Array.from({ length: 50 }, (_, i) => draft(`message ${i}`));
  for (const message of unacknowledged) visitor.socket.emit('request', 'chat.send', { message });
  const heard = await agent.event('chat.message');
  await server.kill();

  const again = await start();
  const back = await Peer.visitor(again, { token });
  const { chat } = await back.event('visitor.welcome');
  expect(chat?.lastSeq).toBeGreaterThanOrEqual(heard.message.seq);
  expect(await back.request('chat.send', { message: acknowledged })).toMatchObject({ conversationId, seq: 1 });
  for (const message of unacknowledged) await back.request('chat.send', { message });
  const { messages } = await back.request('chat.history', { limit: 200 });
  expect(seqsAndTexts(messages)).toEqual([
    '1 acknowledged',
    ...unacknowledged.map(({ text }, i) => `${i + 2} ${text}`),
  ]);
  expect(messages.find(({ seq }) => seq === heard.message.seq)?.id).toBe(heard.message.id);
  for (const peer of [visitor, agent, back]) peer.close();
});
