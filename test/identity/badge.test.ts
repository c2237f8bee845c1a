import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { jwt } from './jwt.ts';

const secret = 'the demo shop’s key';
let service: TestService;
const open: Peer[] = [];
let number = 0;
let id: string;

beforeAll(async () => {
  service = await TestService.start();
  await service.rest('POST', 'identity-keys', { kid: 'main', secret });
});
beforeEach(() => {
  id = `john-${++number}`;
});
afterEach(() => {
  for (const peer of open.splice(0)) peer.close();
});
afterAll(() => service.stop());

async function visitor(): Promise<Peer> {
  const peer = await Peer.visitor(service.url);
  open.push(peer);
  return peer;
}
const tag = async (peer: Peer, data: object) => (await peer.request('visitor.tag', data)).person;
const prove = (peer: Peer, claims: object, beside: object = {}) =>
  tag(peer, { ...beside, externalToken: jwt({ id, ...claims }, secret) });
const rest = async (verb: string, path: string, body?: object, as?: string) =>
  (await (await service.rest(verb, path, body, as && service.token(as))).json()) as Record<string, unknown>;

describe.each(['open', 'signed'])(
  '[ID-52] beside the sign of a verified person stands what the site has said (%s)',
  (mode) => {
    const john = {
      firstname: 'John',
      lastname: 'Doe',
      gender: 'm',
      labels: ['customer'],
      assignedUser: 'agent1@example.com',
      additionalTaggingData: { accountBalance: '12', debt: null },
    };
    const angela = {
      firstname: 'Angela',
      lastname: 'Merkel',
      gender: 'f',
      labels: ['vip'],
      assignedUser: null,
      additionalTaggingData: { accountBalance: '1000000', debt: '0', cart: 3 },
    };
    const shown = { ...john, verified: true, additionalTaggingData: { accountBalance: '12', cart: 3 } };

    beforeEach(() => rest('PUT', 'site', { settings: { identity: { mode } } }));

    test('an unsigned tag adds to it, and changes none of it', async () => {
      const peer = await visitor();
      await prove(peer, john);
      expect(await tag(peer, angela)).toMatchObject(shown);
      expect(await tag(peer, { additionalTaggingData: { accountBalance: null, cart: 4 } })).toMatchObject({
        additionalTaggingData: { accountBalance: '12', cart: 4 },
      });
    });

    test('nor does what stands beside a token', async () => {
      expect(await prove(await visitor(), john, angela)).toMatchObject(shown);
    });

    test('names come from the site alone; the rest may where the site says nothing of it', async () => {
      const peer = await visitor();
      await prove(peer, {});
      const { labels, additionalTaggingData } = angela;
      const person = await tag(peer, { ...angela, assignedUser: 'agent2@example.com' });
      expect(person).toEqual({ id, labels, additionalTaggingData, assignedUser: 'agent2@example.com', verified: true });
    });

    test('the next token changes what it says, and the rest stays as signed', async () => {
      const peer = await visitor();
      await prove(peer, john);
      await prove(peer, { lastname: 'Roe', additionalTaggingData: { plan: 'gold' } });
      expect(await tag(peer, angela)).toMatchObject({
        ...shown,
        lastname: 'Roe',
        additionalTaggingData: { ...shown.additionalTaggingData, plan: 'gold' },
      });
      // Also when it is signed for the first time, after a page has said it.
      await prove(peer, { additionalTaggingData: { cart: 1 } });
      expect(await tag(peer, angela)).toMatchObject({ additionalTaggingData: { cart: 1 } });
    });

    test('of an anonymous browser the conversation alone goes over', async () => {
      for (const known of [false, true]) {
        id = `${id}-${known}`;
        if (known) await prove(await visitor(), {});
        const peer = await visitor();
        await tag(peer, {
          firstname: 'Eve',
          gender: 'f',
          labels: ['vip'],
          additionalTaggingData: { accountBalance: '9' },
        });
        await peer.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
        const { person, chat } = await peer.request('visitor.tag', {
          externalToken: jwt({ id, lastname: 'Doe' }, secret),
        });
        expect(person).toEqual({ id, lastname: 'Doe', labels: [], additionalTaggingData: {}, verified: true });
        expect(chat).toMatchObject({ lastSeq: 1 });
      }
    });

    test('what the site’s own server says counts as signed; an agent may correct it; neither is seen', async () => {
      const peer = await visitor();
      await prove(peer, john);
      await rest('POST', 'customers/tag', { id, lastname: 'Roe', additionalTaggingData: { plan: 'gold' } });
      const claimed = { lastname: 'Merkel', additionalTaggingData: { plan: 'platinum', debt: '0' } };
      const person = await tag(peer, claimed);
      expect(person).toMatchObject({ lastname: 'Roe', additionalTaggingData: { accountBalance: '12', plan: 'gold' } });
      const { items } = await rest('GET', `customers?query=${id}`);
      const [customer] = items as { customerId: string }[];
      expect(customer).toEqual({ ...person, customerId: customer?.customerId });
      const path = `customers/${customer?.customerId}`;
      const corrected = await rest('PATCH', path, { firstname: 'Johnny' }, 'agent1@example.com');
      expect(corrected).toMatchObject({ firstname: 'Johnny' });
      await rest('PUT', `${path}/assignment`, { user: null });
      expect(await tag(peer, { ...claimed, assignedUser: 'agent2@example.com' })).toEqual({
        ...person,
        firstname: 'Johnny',
        assignedUser: undefined,
      });
    });
  },
);

test('[ID-52] nor does more go over when the site’s own server says who an anonymous browser is', async () => {
  await rest('PUT', 'site', { settings: { identity: { mode: 'signed' } } });
  const peer = await visitor();
  await tag(peer, { firstname: 'Eve', labels: ['vip'], additionalTaggingData: { accountBalance: '9' } });
  const { conversationId } = await peer.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
  const { customerId } = await rest('GET', `conversations/${conversationId}`);
  const person = await rest('PATCH', `customers/${customerId}`, { id, lastname: 'Doe' });
  expect(person).toEqual({
    customerId,
    id,
    lastname: 'Doe',
    labels: [],
    additionalTaggingData: {},
    verified: true,
  });
});

test('[ID-52] what a page has said over the word of the site goes over no more than what it said by itself', async () => {
  const peer = await visitor();
  const { conversationId } = await peer.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
  const { customerId } = await rest('GET', `conversations/${conversationId}`);
  await rest('PATCH', `customers/${customerId}`, {
    firstname: 'John',
    lastname: 'Doe',
    labels: ['newsletter'],
    additionalTaggingData: { tier: 'basic', debt: '12', plan: 'free' },
  });
  await tag(peer, {
    lastname: 'Merkel',
    labels: ['vip'],
    additionalTaggingData: { tier: 'gold', debt: null, firstname: 'Angela' },
  });
  await tag(peer, { additionalTaggingData: { debt: '0' } });
  const person = await prove(peer, {});
  expect(person).toEqual({
    id,
    firstname: 'John',
    labels: [],
    additionalTaggingData: { plan: 'free' },
    verified: true,
  });
});
