import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConversationId, MessageId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
const open: Peer[] = [];
beforeAll(async () => {
  service = await TestService.start();
  await service.rest('PUT', 'site', { settings: { routing: { automatic: false } } });
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

const kept = (peer: Peer): Peer => {
  open.push(peer);
  return peer;
};
const visitor = async (token?: string) => kept(await Peer.visitor(service.url, { token }));
const agent = async (email: string) => kept(await Peer.agent(service.url, service.token(email)));
const say = (peer: Peer, text: string) => peer.request('chat.send', { message: { id: newId<MessageId>('m'), text } });

interface NoteAnswer {
  id: string;
}
async function note(id: ConversationId, text: string): Promise<NoteAnswer> {
  const answer = await service.rest('POST', `conversations/${id}/notes`, { text }, service.token());
  expect(answer.status).toBe(201);
  return (await answer.json()) as NoteAnswer;
}
/** What was told before this question is there when it is answered: a socket keeps the order. */
const settled = (...peers: Peer[]) => Promise.all(peers.map((peer) => peer.request('site.state', {})));
const settledAgent = (peer: Peer) => peer.request('agent.list', {});
const ofNotes = (peer: Peer) => peer.all('conversation.notes');

test('[CHAT-58] a note that comes or goes is told to the agents’ pages that have the conversation open, at once', async () => {
  const { conversationId } = await say(await visitor(), 'hello');
  const [anna, ben, idle] = [
    await agent('agent1@example.com'),
    await agent('agent2@example.com'),
    await agent('agent2@example.com'),
  ];
  for (const page of [anna, ben]) await page.request('conversation.open', { conversationId });
  const { id } = await note(conversationId, 'wants a discount');
  for (const page of [anna, ben]) expect(await page.event('conversation.notes')).toEqual({ conversationId });
  await ben.request('conversation.close', { conversationId });
  const gone = await service.rest('DELETE', `conversations/${conversationId}/notes/${id}`);
  expect(gone.status).toBe(204);
  for (const page of [anna, ben, idle]) await settledAgent(page);
  expect([anna, ben, idle].map((page) => ofNotes(page).length)).toEqual([2, 1, 0]);
  await service.rest('DELETE', `conversations/${conversationId}/notes/${id}`);
  await settledAgent(anna);
  expect(ofNotes(anna)).toHaveLength(2);
});

test('[CHAT-53] [CHAT-58] no visitor’s page hears anything of notes', async () => {
  const first = await visitor();
  const { conversationId } = await say(first, 'hello');
  const { token } = await first.event('visitor.welcome');
  const [second, stranger] = [await visitor(token), await visitor()];
  await say(stranger, 'me too');
  const anna = await agent('agent1@example.com');
  await anna.request('conversation.open', { conversationId });
  const pages = [first, second, stranger];
  await settled(...pages);
  // That an agent has come is told a moment later, and is nothing of a note.
  const heard = () => pages.map((page) => page.heard.filter(({ event }) => event !== 'site.changed'));
  const before = heard();
  const { id } = await note(conversationId, 'a difficult customer');
  await service.rest('DELETE', `conversations/${conversationId}/notes/${id}`);
  await anna.event('conversation.notes');
  await settled(...pages);
  expect(heard()).toEqual(before);
  expect(JSON.stringify(pages.map((page) => page.heard))).not.toContain('note');
});

test('[CHAT-58] who may no longer see the conversation hears nothing more of its notes', async () => {
  const person = await visitor();
  await person.request('visitor.tag', { email: 'jane@example.com' });
  const { conversationId } = await say(person, 'hello');
  const ben = await agent('agent2@example.com');
  await ben.request('conversation.open', { conversationId });
  await person.request('visitor.tag', { assignedUser: 'agent1@example.com' });
  await note(conversationId, 'for Anna only');
  await settledAgent(ben);
  expect(ofNotes(ben)).toEqual([]);
});

test('[CHAT-58] notes that a login brings along are told too', async () => {
  const email = 'john@example.com';
  const home = await visitor();
  await home.request('visitor.tag', { email });
  const { conversationId: to } = await say(home, 'at home');
  const phone = await visitor();
  const { conversationId: from } = await say(phone, 'by phone');
  await note(from, 'sounds like John');
  const anna = await agent('agent1@example.com');
  await anna.request('conversation.open', { conversationId: to });
  await phone.request('visitor.tag', { email });
  expect(await anna.event('conversation.notes')).toEqual({ conversationId: to });
  const notes = await service.coview.store.chat.listNotes('demo' as SiteId, to);
  expect(notes.map(({ text }) => text)).toEqual(['sounds like John']);
});
