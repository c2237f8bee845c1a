import type { Socket as NetSocket } from 'node:net';
import { expect, test } from 'vitest';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { draft } from './Talk.ts';

/** The network connection below a page's socket. */
function connectionOf({ socket }: Peer): NetSocket {
  const { ws } = socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
  return ws._socket;
}

async function sockets({ url }: TestService): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^coview_sockets (\d+)$/m.exec(metrics)?.[1]);
}

test('[CHAT-19] a page that takes nothing is ended; it comes back and finds everything, and nobody else waited', async () => {
  const rate = { perSecond: 1e6, burst: 1e6 };
  const service = await TestService.start({ maxWaiting: 256 * 1024, requestRate: rate, messageRate: rate });
  const slow = await Peer.visitor(service.url);
  const { token } = await slow.event('visitor.welcome');
  const tab = await Peer.visitor(service.url, { token });
  const { conversationId } = await slow.request('chat.send', { message: draft('hello') });
  const agent = await Peer.agent(service.url, service.token());

  connectionOf(slow).pause();
  const long = '€'.repeat(10_000);
  let sent = 0;
  while ((await sockets(service)) > 2) {
    await agent.request('conversation.send', { conversationId, message: draft(long) });
    sent++;
  }
  await tab.event('chat.message', ({ message }) => message.seq === sent + 1);
  expect(tab.socket.connected).toBe(true);

  connectionOf(slow).destroy();
  const back = await Peer.visitor(service.url, { token });
  const { chat } = await back.event('visitor.welcome');
  expect(chat?.lastSeq).toBe(sent + 1);
  const { messages } = await back.request('chat.history', { after: sent, limit: 1 });
  expect(messages).toMatchObject([{ seq: sent + 1, text: long }]);
  for (const peer of [slow, tab, agent, back]) peer.close();
  await service.stop();
});
