import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Conversation } from '#protocol/conversation.ts';
import type { Customer } from '#protocol/identity.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { jwt } from './jwt.ts';

let service: TestService;
const open: Peer[] = [];
beforeAll(async () => {
  service = await TestService.start();
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function visitor(auth?: Record<string, unknown>): Promise<Peer> {
  const peer = await Peer.visitor(service.url, auth);
  open.push(peer);
  return peer;
}
const rest = async <T>(verb: string, path: string, body?: unknown) =>
  (await (await service.rest(verb, path, body)).json()) as T;
const write = (peer: Peer, text = 'Is anybody there?') =>
  peer.request('chat.send', { message: { id: newId<MessageId>('m'), text } });
const personOf = async (id: string) => (await rest<Conversation>('GET', `conversations/${id}`)).person;
const name = 'Erika Muster';

describe.each(['open', 'signed'] as const)('[CHAT-72] contact data, identity mode %s', (mode) => {
  const email = `erika.${mode}@example.com`;
  beforeAll(() => service.rest('PUT', 'site', { settings: { identity: { mode } } }));

  test('is seen by agents with the conversation, and by REST; the person is as anonymous as before', async () => {
    const peer = await visitor();
    const { conversationId } = await write(peer);
    const agent = await Peer.agent(service.url, service.token());
    open.push(agent);
    await agent.request('conversation.watch', { on: true });
    await agent.request('conversation.list', { limit: 10 });
    expect(await peer.request('visitor.contact', { name, email })).toEqual({});
    const data = { firstname: name, additionalTaggingData: { contactEmail: email }, verified: false };
    expect(await personOf(conversationId)).toEqual({ ...data, labels: [] });
    const { changed } = await agent.event('conversation.changed', (told) =>
      told.changed.some(({ id, person }) => id === conversationId && person.firstname !== undefined),
    );
    expect(changed.find(({ id }) => id === conversationId)).toMatchObject({ person: data });
    const { token } = await peer.event('visitor.welcome');
    expect(await (await visitor({ token })).event('visitor.welcome')).not.toHaveProperty('person');
  });

  test('names nobody: somebody known by that email is not reached, shown, or changed, nor is this one found by it', async () => {
    const known = await rest<Customer>('POST', 'customers/tag', { email, firstname: 'Known' });
    const peer = await visitor();
    const { conversationId } = await write(peer);
    await peer.request('visitor.contact', { name, email });
    expect(await rest('GET', `customers/${known.customerId}`)).toEqual(known);
    expect((await rest<Conversation>('GET', `conversations/${conversationId}`)).customerId).not.toBe(known.customerId);
    expect((await rest<{ items: unknown[] }>('GET', `conversations?customerId=${known.customerId}`)).items).toEqual([]);
    expect((await peer.request('chat.history', {})).messages).toHaveLength(1);
    const found = await rest<{ items: Customer[] }>('GET', `customers?query=${email}`);
    expect(found.items.map(({ customerId }) => customerId)).toEqual([known.customerId]);
  });

  test('is one thing or both, and the later word counts', async () => {
    const peer = await visitor();
    await peer.request('visitor.contact', { email: 'first@example.com' });
    await peer.request('visitor.contact', { email });
    const { conversationId } = await write(peer);
    expect(await personOf(conversationId)).toMatchObject({ additionalTaggingData: { contactEmail: email } });
    await peer.request('visitor.contact', { name });
    expect(await personOf(conversationId)).toMatchObject({ firstname: name });
    for (const input of [{}, { name: ' ' }, { email: 'nowhere' }]) {
      expect(await peer.raw('visitor.contact', input)).toMatchObject({ error: { code: 'INVALID_INPUT' } });
    }
  });
});

test('[CHAT-72] who is known keeps name and email as they are tagged; contact data stands beside them', async () => {
  await service.rest('PUT', 'site', { settings: { identity: { mode: 'open' } } });
  const peer = await visitor();
  await peer.request('visitor.tag', { id: 'known-1', firstname: 'John' });
  const { conversationId } = await write(peer);
  await peer.request('visitor.contact', { name, email: 'me@example.com' });
  expect(await personOf(conversationId)).toMatchObject({
    id: 'known-1',
    firstname: 'John',
    additionalTaggingData: { contactName: name, contactEmail: 'me@example.com' },
  });
  expect(await personOf(conversationId)).not.toHaveProperty('email');
});

describe('[ID-52] contact data stand where the site has said nothing', () => {
  const said = { contactName: 'J. Doe', contactEmail: 'real@shop.example' };
  const claimed = { name, email: 'evil@example.com' };

  test('of somebody whom a token proves', async () => {
    const secret = 'the demo shop’s key';
    await service.rest('POST', 'identity-keys', { kid: 'main', secret });
    const peer = await visitor();
    const { contactName, contactEmail } = said;
    const prove = (data: object) =>
      peer.request('visitor.tag', { externalToken: jwt({ id: 'proven', additionalTaggingData: data }, secret) });
    await prove({ contactEmail });
    const { conversationId } = await write(peer);
    await peer.request('visitor.contact', claimed);
    expect((await personOf(conversationId)).additionalTaggingData).toEqual({ contactName: name, contactEmail });
    await prove({ contactName });
    await peer.request('visitor.contact', claimed);
    expect((await personOf(conversationId)).additionalTaggingData).toEqual(said);
  });

  test('of somebody who is nobody yet', async () => {
    const peer = await visitor();
    const { conversationId } = await write(peer);
    const { customerId } = await rest<Conversation>('GET', `conversations/${conversationId}`);
    await rest('PATCH', `customers/${customerId}`, { firstname: null, additionalTaggingData: said });
    await peer.request('visitor.contact', claimed);
    expect(await personOf(conversationId)).toEqual({ labels: [], additionalTaggingData: said, verified: false });
  });
});
