import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentId, CustomerId, SiteId, TokenId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { aCall, aConversation, aCustomer, aDelivery, aLink, aMessage, aWebhook, written } from '#test/store/records.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

const demo = 'demo' as SiteId;
const DAY = 24 * 60 * 60 * 1000;

let service: TestService;
const open: Peer[] = [];
beforeEach(async () => {
  service = await TestService.start({ env: { TRUST_PROXY: '1' } });
});
afterEach(async () => {
  for (const peer of open.splice(0)) peer.close();
  await service.stop();
});
const keep = (retentionDays: number | null) =>
  service.rest('PUT', 'site', { settings: { privacy: { retentionDays } } });

describe('[CUST-7] what a site keeps for a time only', () => {
  /** A person who was last changed, and whose conversation stood still, so many days ago; null: there is none. */
  async function person(name: string, days: { known: number; wrote: number | null }, tagged = true) {
    const { customers, chat } = service.coview.store;
    const updatedAt = Date.now() - days.known * DAY;
    const customer = aCustomer({ site: demo, firstname: name, updatedAt, createdAt: updatedAt, tagged });
    await customers.save(customer, newId('v') as never);
    if (days.wrote === null) return customer.customerId;
    const at = Date.now() - days.wrote * DAY;
    const conversation = await chat.begin(aConversation(customer, { createdAt: at, updatedAt: at }));
    await written(service.coview.store, aMessage(conversation, { at, text: `${name} wrote` }));
    return customer.customerId;
  }
  const left = async (id: CustomerId) => {
    const { customers, chat } = service.coview.store;
    return { person: Boolean(await customers.get(demo, id)), chat: Boolean(await chat.findByCustomer(demo, id)) };
  };
  const both = { person: true, chat: true };

  test('conversations go when nothing was written for so long, people when nothing else is known of them', async () => {
    const fresh = await person('fresh', { known: 0, wrote: 0 });
    const regular = await person('regular', { known: 1, wrote: 40 });
    const writer = await person('writer', { known: 40, wrote: 40 }, false);
    const forgotten = await person('forgotten', { known: 40, wrote: null });
    const old = await person('old', { known: 100, wrote: 20 });
    const caller = await person('caller', { known: 40, wrote: null });
    await service.coview.store.calls.save(aCall({ site: demo, customerId: caller, startedAt: Date.now() - DAY }), []);
    const { housekeeping } = service.coview;

    await housekeeping.sweep();
    for (const id of [fresh, regular, writer, old]) expect(await left(id)).toEqual(both);

    await keep(30);
    await housekeeping.sweep();
    expect(await left(fresh)).toEqual(both);
    expect(await left(old)).toEqual(both);
    expect(await left(regular)).toEqual({ person: true, chat: false });
    expect(await left(writer)).toEqual({ person: false, chat: false });
    expect(await left(forgotten)).toEqual({ person: false, chat: false });
    expect(await left(caller)).toEqual({ person: true, chat: false });
    const audit = await (await service.rest('GET', `audit?subject=${regular}`)).json();
    expect(audit).toMatchObject({
      items: [{ actor: 'system', action: 'conversation.erased', detail: { reason: 'retention' } }],
    });
    expect(JSON.stringify(audit)).not.toContain('regular wrote');
  });

  test('whom the site’s server names again is heard of, though nothing new is said', async () => {
    const { customers } = service.coview.store;
    const sync = async (email: string): Promise<CustomerId> => {
      const answer = await service.rest('POST', 'customers/tag', { email, firstname: 'John', labels: ['crm'] });
      return ((await answer.json()) as { customerId: CustomerId }).customerId;
    };
    const ids = [await sync('synced@example.com'), await sync('forgotten@example.com')];
    for (const row of await customers.getMany(demo, ids)) {
      await customers.save({ ...row, updatedAt: Date.now() - 40 * DAY }, undefined);
    }
    await keep(30);
    expect(await sync('synced@example.com')).toBe(ids[0]);
    await service.coview.housekeeping.sweep();
    expect((await customers.getMany(demo, ids)).map(({ customerId }) => customerId)).toEqual([ids[0]]);
  });

  test('more than one portion goes in a round, and who is on the site stays somebody', async () => {
    const ids = [];
    for (let n = 0; n < 250; n++) ids.push(await person(`n${n}`, { known: 40, wrote: 40 }, false));
    const peer = await Peer.visitor(service.url);
    open.push(peer);
    await peer.request('visitor.tag', { firstname: 'Here' });
    const { visitorId } = await peer.event('visitor.welcome');
    const { customers } = service.coview.store;
    const here = await customers.findByVisitor(demo, visitorId);
    if (!here) throw new Error('tagged');
    await customers.save({ ...here, updatedAt: Date.now() - 40 * DAY }, visitorId);
    await keep(30);
    await service.coview.housekeeping.sweep();
    for (const id of ids) expect(await customers.get(demo, id)).toBeUndefined();
    expect(await customers.get(demo, here.customerId)).toBeDefined();
    peer.close();
  });

  test('who logs in while the round goes on stays, and so does the person they turn out to be', async () => {
    const { customers, chat } = service.coview.store;
    const known = await person('known', { known: 1, wrote: 1 });
    const nobody = await person('nobody yet', { known: 40, wrote: null }, false);
    await keep(30);
    const idle = customers.idle.bind(customers);
    customers.idle = async (...given) => {
      const found = await idle(...given);
      const row = await customers.get(demo, known);
      if (row && found.some(({ customerId }) => customerId === nobody)) {
        await customers.save(row, newId('v') as never, { absorb: nobody });
      }
      return found;
    };
    await service.coview.housekeeping.sweep();
    expect(await customers.get(demo, nobody)).toBeUndefined();
    expect(await left(known)).toEqual(both);
    expect(await chat.findByCustomer(demo, known)).toBeDefined();
  });

  test('a page that has the conversation open is told, and goes on', async () => {
    const peer = await Peer.visitor(service.url);
    open.push(peer);
    await peer.request('visitor.tag', { email: 'open@example.com' });
    const message = () => ({ id: newId('m') as never, text: 'Hello' });
    const { conversationId } = await peer.request('chat.send', { message: message() });
    await keep(1);
    await service.coview.housekeeping.sweep(Date.now() + 2 * DAY);
    await peer.event('chat.conversation', ({ chat }) => chat === undefined);
    expect((await peer.request('chat.history', {})).messages).toEqual([]);
    const next = await peer.request('chat.send', { message: message() });
    expect(next.seq).toBe(1);
    expect(next.conversationId).not.toBe(conversationId);
  });
});

test('[CUST-9] expired tokens and links, old answers and settled deliveries are taken away; what holds stays', async () => {
  const { store, housekeeping } = service.coview;
  const agent = await store.agents.findByEmail(demo, 'agent1@example.com');
  if (!agent) throw new Error('the demo has this agent');
  const now = Date.now();
  const token = (hash: string, expiresAt?: number) =>
    store.tokens.create({
      site: demo,
      id: newId<TokenId>('tk'),
      agentId: agent.id as AgentId,
      hash,
      createdAt: now,
      expiresAt,
    });
  await token('over', now - 1);
  await token('holds', now + DAY);
  await token('for ever');
  const customer = aCustomer({ site: demo });
  await store.customers.save(customer, undefined);
  for (const [hash, expiresAt] of [
    ['over', now - 1],
    ['holds', now + DAY],
  ] as const) {
    await store.links.create(aLink(agent, customer, { hash, expiresAt }));
  }
  for (const [key, createdAt] of [
    ['over', now - 2 * DAY],
    ['holds', now],
  ] as const) {
    await store.idempotency.begin({ site: demo, key, request: 'same', createdAt });
  }
  const webhook = aWebhook({ site: demo, enabled: false });
  await store.webhooks.save(webhook);
  const delivery = (createdAt: number, state: 'pending' | 'delivered') =>
    aDelivery(webhook, {
      createdAt,
      state,
      ...(state === 'delivered' && { nextAttemptAt: undefined, deliveredAt: createdAt }),
    });
  const kept = [delivery(now - DAY, 'delivered'), delivery(now - 40 * DAY, 'pending')];
  for (const one of [...kept, delivery(now - 40 * DAY, 'delivered')]) await store.webhooks.add(one);

  await housekeeping.sweep(now);
  expect(
    await Promise.all(['over', 'holds', 'for ever'].map(async (hash) => Boolean(await store.tokens.findByHash(hash)))),
  ).toEqual([false, true, true]);
  expect(await store.links.find(demo, 'over', 0)).toBeUndefined();
  expect(await store.links.find(demo, 'holds', now)).toBeDefined();
  const taken = (key: string) => store.idempotency.begin({ site: demo, key, request: 'same', createdAt: now });
  expect(await taken('over')).toBeUndefined();
  expect(await taken('holds')).toBeDefined();
  const { items } = await store.webhooks.listDeliveries(demo, webhook.id, { limit: 50 });
  expect(items.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
});

test('[CUST-9] [FILE-12] housekeeping takes away the bytes of uploads that came to nothing', async () => {
  const folder = join(service.data, 'files', demo);
  const orphan = join(folder, newId('f'));
  await mkdir(folder, { recursive: true });
  await writeFile(orphan, 'bytes');
  await service.coview.housekeeping.sweep(Date.now() + DAY - 60_000);
  expect(await readdir(folder)).toHaveLength(1);
  await service.coview.housekeeping.sweep(Date.now() + DAY + 60_000);
  expect(await readdir(folder)).toEqual([]);
});

test('[CUST-8] addresses and user agents of visitors are stored nowhere', async () => {
  const [agentText, address, forwarded] = ['DistinctiveBrowser/7.77', '127.0.0.77', '203.0.113.77'];
  const options = {
    agent: new Agent({ localAddress: address }),
    extraHeaders: { 'user-agent': agentText, 'x-forwarded-for': forwarded },
  };
  const peer = await Peer.visitor(service.url, {}, options);
  open.push(peer);
  const polling = await Peer.visitor(service.url, {}, { ...options, transports: ['polling'] });
  open.push(polling);
  const { visitorId } = await peer.event('visitor.welcome');
  for (const one of [peer, polling]) {
    await one.request('visitor.tag', { email: 'private@example.com' });
    await one.request('chat.send', { message: { id: newId('m'), text: 'Where do I come from?' } });
    await one.request('presence.page', { url: 'http://shop.test/2' });
  }
  const agent = await Peer.agent(service.url, service.token());
  open.push(agent);
  await agent.request('calling.start', { visitorId, kind: 'screen' });
  const { call } = await peer.event('calling.offer');
  await peer.request('calling.answer', { callId: call.id, accept: false });
  const seen = JSON.stringify([await agent.request('presence.list', {}), await agent.request('conversation.list', {})]);
  await peer.request('visitor.reset', {});
  await service.coview.close();

  let scanned = '';
  for (const entry of await readdir(service.data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    scanned += entry.name;
    for (const mark of [agentText, address, forwarded, 'cb00714d', '7f00004d']) {
      expect(bytes.includes(mark), `${mark} in ${entry.name}`).toBe(false);
    }
    if (entry.name === 'coview.sqlite') expect(bytes.includes('Where do I come from?')).toBe(true);
  }
  expect(scanned).toContain('coview.sqlite');
  for (const mark of [agentText, address, forwarded]) expect(seen).not.toContain(mark);
});
