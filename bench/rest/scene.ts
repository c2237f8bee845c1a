import { io, type Socket } from 'socket.io-client';
import type { CoViewService } from '#bench/harness/CoViewService.ts';
import { newId } from '#protocol/newId.ts';

const AGENTS = 20;
const PEOPLE = 20;
const MESSAGES = 50;
/** So often somebody writes, and somebody else is on another page, in milliseconds. */
export const STEP_MS = 10;

export interface Scene {
  /** What is asked, by what it is called in the table. */
  paths: Record<string, string>;
  /** People write and move from page to page until the undo is called. */
  work(): () => void;
  close(): void;
}

/** A site at work: agents, people who are there, and what they have written. */
export async function furnish(service: CoViewService): Promise<Scene> {
  for (let i = 0; i < AGENTS; i++) {
    await rest(service, 'POST', 'agents', { email: `desk${i}@example.com`, name: `Agent ${i}`, teams: ['Sales'] });
  }
  const sockets = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => arrive(service.port, i)));
  const [first] = sockets;
  if (!first) throw new Error('nobody came');
  for (let i = 1; i < MESSAGES; i++) {
    const text = `Message ${i} of some length, as people write them in a chat.`;
    await rest(service, 'POST', `conversations/${first.conversationId}/messages`, { text });
  }
  return {
    paths: {
      agents: '/rest/v1/agents?limit=20',
      conversations: '/rest/v1/conversations?limit=20',
      'one conversation’s messages': `/rest/v1/conversations/${first.conversationId}/messages?after=0&limit=${MESSAGES}`,
      'active users': '/rest/v1/active-users',
      'one conversation': `/rest/v1/conversations/${first.conversationId}`,
    },
    work: () => {
      let step = 0;
      const timer = setInterval(() => {
        step++;
        const [writer, walker] = [sockets[step % PEOPLE], sockets[(step + 1) % PEOPLE]];
        writer?.socket.emit('request', 'chat.send', {
          message: { id: newId('m'), text: `And another thing, ${step}.` },
        });
        walker?.socket.emit('request', 'presence.page', { url: `https://shop.example/item/${1000 + (step % 9000)}` });
      }, STEP_MS);
      return () => clearInterval(timer);
    },
    close: () => {
      for (const { socket } of sockets) socket.disconnect();
    },
  };
}

async function arrive(port: number, i: number): Promise<{ socket: Socket; conversationId: string }> {
  const page = { url: 'https://shop.example/cart', title: 'Cart', state: 'active', screen: true };
  const socket = io(`http://127.0.0.1:${port}`, {
    query: { site: 'demo' },
    auth: { role: 'visitor', site: 'demo', tab: newId('t'), page },
    transports: ['websocket'],
    forceNew: true,
  });
  const email = `person${i}@example.com`;
  await request(socket, 'visitor.tag', { id: String(i), email, firstname: 'John', lastname: 'Doe', labels: ['vip'] });
  return { socket, conversationId: await write(socket, 'Hello, can you help me with my order?') };
}

async function write(socket: Socket, text: string): Promise<string> {
  const sent = await request(socket, 'chat.send', { message: { id: newId('m'), text } });
  return (sent as { conversationId: string }).conversationId;
}

async function request(socket: Socket, name: string, input: unknown): Promise<unknown> {
  const answer = await socket.timeout(10_000).emitWithAck('request', name, input);
  if ('error' in answer) throw new Error(`${name}: ${answer.error.message}`);
  return answer.data;
}

async function rest(service: CoViewService, method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${service.port}/rest/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${service.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
}
