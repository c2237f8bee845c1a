import { expect, test } from 'vitest';
import type { AuditRecord, Store } from '#signaling/store/Store.ts';
import {
  aCustomer,
  acme,
  aKey,
  aLink,
  anAgent,
  anEntry,
  aRule,
  aSite,
  aToken,
  aWebhook,
  newVisitorId,
  noted,
} from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

interface Write {
  write(entries: readonly AuditRecord[]): Promise<unknown>;
  /** What the write is about. */
  read(): Promise<unknown>;
}

type Prepare = (store: Store) => Promise<Write>;

const rule = aRule();
const webhook = aWebhook();

/** An agent with a token and a link. */
async function staffed(store: Store) {
  const [agent, customer] = [anAgent(), aCustomer()];
  const [token, link] = [aToken(agent), aLink(agent, customer)];
  await store.agents.create(agent);
  await store.customers.save(customer, undefined);
  await store.tokens.create(token);
  await store.links.create(link);
  const read = async () => ({
    agents: await store.agents.list(acme, { limit: 9 }),
    token: await store.tokens.findByHash(token.hash),
    link: await store.links.find(acme, link.hash, 0),
  });
  return { agent, customer, token, link, read };
}

/** Every write that may be given entries; those of conversations, calls, sharings and erasures have tests of their own. */
const writes: readonly (readonly [string, Prepare])[] = [
  [
    'a site’s settings',
    async ({ sites }) => {
      await sites.create(aSite(), 'hash');
      return { write: (entries) => sites.update({ ...aSite(), name: 'New' }, entries), read: () => sites.get(acme) };
    },
  ],
  [
    'an identity key that is made',
    async ({ sites }) => ({
      write: (entries) => sites.addIdentityKey(aKey('2026'), entries),
      read: () => sites.listIdentityKeys(),
    }),
  ],
  [
    'an identity key that goes',
    async ({ sites }) => {
      await sites.addIdentityKey(aKey('2026'));
      return {
        write: (entries) => sites.deleteIdentityKey(acme, '2026', entries),
        read: () => sites.listIdentityKeys(),
      };
    },
  ],
  [
    'an agent who is new',
    async (store) => {
      const { read } = await staffed(store);
      return { write: (entries) => store.agents.create(anAgent(), entries), read };
    },
  ],
  [
    'agents who come, change, are shut out and go, together',
    async (store) => {
      const { agent, read } = await staffed(store);
      const left = anAgent();
      await store.agents.create(left);
      const change = { create: [anAgent()], update: [{ ...agent, active: false }], delete: [left.id] };
      return {
        write: (entries) => store.agents.change(acme, { ...change, shutOut: [agent.id] }, () => entries),
        read,
      };
    },
  ],
  [
    'a token that is issued',
    async ({ agents, tokens }) => {
      const agent = anAgent();
      const token = aToken(agent);
      await agents.create(agent);
      return { write: (entries) => tokens.create(token, entries), read: () => tokens.findByHash(token.hash) };
    },
  ],
  [
    'a token that is revoked',
    async (store) => {
      const { token, read } = await staffed(store);
      return { write: (entries) => store.tokens.delete(acme, token.id, entries), read };
    },
  ],
  [
    'a link',
    async (store) => {
      const { agent, customer } = await staffed(store);
      const link = aLink(agent, customer);
      return {
        write: (entries) => store.links.create(link, entries),
        read: () => store.links.find(acme, link.hash, 0),
      };
    },
  ],
  [
    'a person',
    async ({ customers }) => {
      const customer = aCustomer({ firstname: 'Max' });
      return {
        write: (entries) => customers.save(customer, undefined, { audit: entries }),
        read: () => customers.get(acme, customer.customerId),
      };
    },
  ],
  [
    'a browser that is nobody’s any more',
    async ({ customers }) => {
      const browser = newVisitorId();
      await customers.save(aCustomer(), browser);
      return {
        write: (entries) => customers.unbind(acme, browser, entries),
        read: () => customers.findByVisitor(acme, browser),
      };
    },
  ],
  ['a rule', async ({ rules }) => ({ write: (entries) => rules.save(rule, entries), read: () => rules.listAll() })],
  [
    'a rule that goes',
    async ({ rules }) => {
      await rules.save(rule);
      return { write: (entries) => rules.delete(acme, rule.id, entries), read: () => rules.listAll() };
    },
  ],
  [
    'rules that are imported',
    async ({ rules }) => {
      await rules.save(rule);
      return { write: (entries) => rules.import(acme, [aRule()], true, entries), read: () => rules.listAll() };
    },
  ],
  [
    'a webhook',
    async ({ webhooks }) => ({
      write: (entries) => webhooks.save(webhook, entries),
      read: () => webhooks.listAll(),
    }),
  ],
  [
    'a webhook that goes',
    async ({ webhooks }) => {
      await webhooks.save(webhook);
      return { write: (entries) => webhooks.delete(acme, webhook.id, entries), read: () => webhooks.listAll() };
    },
  ],
];

export function auditedContract(fixture: StoreFixture): void {
  test.each(writes)('[STORE-38] %s stands with the entries that tell of it, or not at all', async (_, prepare) => {
    const store = await fixture.open();
    const { write, read } = await prepare(store);
    const [taken, entry] = [anEntry({ at: 1 }), anEntry({ at: 2 })];
    await noted(store, taken);
    const before = await read();
    await expect(write([anEntry({ at: 3 }), taken])).rejects.toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect(await read()).toStrictEqual(before);
    expect((await store.audit.list(acme, { limit: 9 })).items).toStrictEqual([taken]);
    await write([entry]);
    expect(await read()).not.toStrictEqual(before);
    expect((await store.audit.list(acme, { limit: 9 })).items).toStrictEqual([entry, taken]);
  });

  test('[STORE-38] what did not happen is not told', async () => {
    const store = await fixture.open();
    const { sites, agents, tokens, rules, webhooks } = store;
    const entries = [anEntry()];
    expect(await sites.deleteIdentityKey(acme, 'none', entries)).toBe(false);
    expect(await tokens.delete(acme, aToken(anAgent()).id, entries)).toBe(false);
    expect(await rules.delete(acme, rule.id, entries)).toBe(false);
    expect(await webhooks.delete(acme, webhook.id, entries)).toBe(false);
    await expect(sites.update(aSite(), entries)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(agents.change(acme, { update: [anAgent()] }, () => entries)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await store.audit.list(acme, { limit: 9 })).items).toEqual([]);
  });
}
