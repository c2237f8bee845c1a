import { expect, test } from 'vitest';
import type { CannedAnswerId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { IdempotencyRecord } from '#signaling/store/Store.ts';
import { aCustomer, acme, aKey, aLink, anAgent, anEntry, aRule, aToken, other } from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

const aCanned = (shortcut: string, site = acme) => {
  return { site, id: newId<CannedAnswerId>('ca'), shortcut, text: `Dear ${shortcut},\n🧡` };
};

/** What a site has beside its people. */
export function belongingsContract(fixture: StoreFixture): void {
  test('[STORE-1] [STORE-2] [STORE-4] canned answers are listed by shortcut, which each has for itself', async () => {
    const { chat } = await fixture.open();
    const [hello, bye, theirs] = [aCanned('hello'), aCanned('bye'), aCanned('bye', other)];
    for (const answer of [hello, bye, theirs]) await chat.saveCannedAnswer(answer);
    expect(await chat.listCannedAnswers(acme)).toStrictEqual([bye, hello]);
    await expect(chat.saveCannedAnswer(aCanned('bye'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(chat.saveCannedAnswer({ ...hello, shortcut: 'bye' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const changed = { ...hello, shortcut: 'ahoi', text: 'x' };
    await chat.saveCannedAnswer(changed);
    expect(await chat.listCannedAnswers(acme)).toStrictEqual([changed, bye]);
    expect(await chat.deleteCannedAnswer(other, bye.id)).toBe(false);
    expect(await chat.deleteCannedAnswer(acme, bye.id)).toBe(true);
    expect(await chat.deleteCannedAnswer(acme, bye.id)).toBe(false);
    expect(await chat.listCannedAnswers(other)).toStrictEqual([theirs]);
  });

  test('[STORE-1] [STORE-2] [STORE-4] identity keys of all sites are told; a kid is one key’s', async () => {
    const { sites } = await fixture.open();
    const [one, two, theirs] = [aKey('2026', { createdAt: 2 }), aKey('2025'), aKey('2026', { site: other })];
    for (const key of [one, two, theirs]) await sites.addIdentityKey(key);
    expect(await sites.listIdentityKeys()).toStrictEqual([two, one, theirs]);
    await expect(sites.addIdentityKey(aKey('2026', { secret: 'x' }))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await sites.deleteIdentityKey(other, '2025')).toBe(false);
    expect(await sites.deleteIdentityKey(acme, '2026')).toBe(true);
    expect(await sites.deleteIdentityKey(acme, '2026')).toBe(false);
    expect(await sites.listIdentityKeys()).toStrictEqual([two, theirs]);
  });

  test('[STORE-28] of many who redeem a link at once one gets it', async () => {
    const [store, second] = await fixture.several();
    const [agent, customer] = [anAgent(), aCustomer()];
    await store.agents.create(agent);
    await store.customers.save(customer, undefined);
    const link = aLink(agent, customer);
    await store.links.create(link);
    expect(await store.links.find(acme, link.hash, 0)).toStrictEqual(link);
    expect(await store.links.find(other, link.hash, 0)).toBeUndefined();
    expect(await store.links.redeem(other, link.hash, 0, aToken(agent), [])).toBe(false);
    expect(await store.links.redeem(acme, 'another', 0, aToken(agent), [])).toBe(false);
    const tokens = Array.from({ length: 100 }, () => aToken(agent));
    const asked = tokens.map(async (token, n) => {
      const { links } = n % 2 ? store : second;
      return links.redeem(acme, link.hash, 1, token, [anEntry({ subject: token.id })]);
    });
    const answers = await Promise.all(asked);
    const given = tokens.filter((_, n) => answers[n]);
    expect(given).toHaveLength(1);
    const kept = await Promise.all(tokens.map(({ hash }) => store.tokens.findByHash(hash)));
    expect(kept.filter((token) => token !== undefined)).toStrictEqual(given);
    const entries = (await store.audit.list(acme, { limit: 200 })).items;
    expect(entries.map(({ subject }) => subject)).toEqual(given.map(({ id }) => id));
    expect(await store.links.find(acme, link.hash, 0)).toBeUndefined();
  });

  test('[STORE-28] a link stays good if its token cannot be kept', async () => {
    const { links, tokens, agents, customers, audit } = await fixture.open();
    const [agent, customer] = [anAgent(), aCustomer()];
    await agents.create(agent);
    await customers.save(customer, undefined);
    const [link, taken] = [aLink(agent, customer), aToken(agent)];
    await links.create(link);
    await tokens.create(taken);
    const twice = links.redeem(acme, link.hash, 0, aToken(agent, { hash: taken.hash }), [anEntry()]);
    await expect(twice).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await audit.list(acme, { limit: 9 })).items).toEqual([]);
    expect(await links.redeem(acme, link.hash, 0, aToken(agent), [])).toBe(true);
  });

  test('[STORE-28] an expired link is none, and goes; so do those of an agent who is gone', async () => {
    const { links, agents, customers } = await fixture.open();
    const [agent, left, customer] = [anAgent(), anAgent(), aCustomer()];
    for (const each of [agent, left]) await agents.create(each);
    await customers.save(customer, undefined);
    const [old, young] = [aLink(agent, customer, { expiresAt: 10 }), aLink(agent, customer, { expiresAt: 11 })];
    const lefts = aLink(left, customer);
    for (const link of [old, young, lefts]) await links.create(link);
    expect(await links.find(acme, old.hash, 10)).toBeUndefined();
    expect(await links.redeem(acme, old.hash, 10, aToken(agent), [])).toBe(false);
    expect(await links.deleteExpired(10)).toBe(1);
    expect(await links.deleteExpired(10)).toBe(0);
    expect(await links.find(acme, young.hash, 10)).toStrictEqual(young);
    await agents.change(acme, { delete: [left.id] });
    expect(await links.find(acme, lefts.hash, 10)).toBeUndefined();
    await expect(links.create(aLink(left, customer))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(links.create(aLink(agent, aCustomer()))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[STORE-28] a link that opens a sharing is of no customer, and is redeemed as any other', async () => {
    const { links, agents } = await fixture.open();
    const agent = anAgent();
    await agents.create(agent);
    const { site, hash, agentId, expiresAt } = aLink(agent, aCustomer());
    const link = { site, hash, agentId, expiresAt, cobrowse: 'cb_1' };
    await links.create(link);
    expect(await links.find(acme, hash, 0)).toStrictEqual(link);
    expect(await links.redeem(acme, hash, 0, aToken(agent), [])).toBe(true);
    expect(await links.redeem(acme, hash, 0, aToken(agent), [])).toBe(false);
  });

  test('[STORE-28] the links of one agent go together, and nobody else’s', async () => {
    const { links, agents, customers } = await fixture.open();
    const [agent, colleague, customer] = [anAgent(), anAgent(), aCustomer()];
    for (const each of [agent, colleague]) await agents.create(each);
    await customers.save(customer, undefined);
    const [first, second, kept] = [aLink(agent, customer), aLink(agent, customer), aLink(colleague, customer)];
    for (const link of [first, second, kept]) await links.create(link);
    await agents.change(other, { shutOut: [agent.id] });
    expect(await links.find(acme, first.hash, 0)).toStrictEqual(first);
    await agents.change(acme, { shutOut: [agent.id] });
    for (const { hash } of [first, second]) expect(await links.find(acme, hash, 0)).toBeUndefined();
    expect(await links.find(acme, kept.hash, 0)).toStrictEqual(kept);
  });

  test('[STORE-1] [STORE-2] rules of all sites are told by position and age, and may be replaced', async () => {
    const { rules } = await fixture.open();
    const [last, first, second, theirs] = [
      aRule({ position: 9 }),
      aRule({ position: 1, createdAt: 1, enabled: false, conditions: [] }),
      aRule({ position: 1, createdAt: 2, name: 'ä "1"', actions: [{ type: 'hide' }] }),
      aRule({ site: other }),
    ];
    for (const rule of [last, second, theirs, first]) await rules.save(rule);
    expect(await rules.listAll()).toStrictEqual([first, second, last, theirs]);
    const moved = { ...last, position: 0 };
    await rules.save(moved);
    expect(await rules.listAll()).toStrictEqual([moved, first, second, theirs]);
    expect(await rules.delete(other, first.id)).toBe(false);
    expect(await rules.delete(acme, first.id)).toBe(true);
    expect(await rules.delete(acme, first.id)).toBe(false);
    expect(await rules.listAll()).toStrictEqual([moved, second, theirs]);
  });

  test('[STORE-34] rules are imported all or none, beside or instead of those there were', async () => {
    const { rules } = await fixture.open();
    const [old, theirs] = [aRule(), aRule({ site: other })];
    for (const rule of [old, theirs]) await rules.save(rule);
    const added = [aRule({ position: 1 }), aRule({ position: 2, enabled: false })];
    await rules.import(acme, added, false);
    expect(await rules.listAll()).toStrictEqual([old, ...added, theirs]);
    const [twice, fresh] = [aRule(), aRule()];
    await expect(rules.import(acme, [fresh, twice, twice], true)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rules.listAll()).toStrictEqual([old, ...added, theirs]);
    await rules.import(acme, [fresh], true);
    expect(await rules.listAll()).toStrictEqual([fresh, theirs]);
    await rules.import(acme, [], true);
    expect(await rules.listAll()).toStrictEqual([theirs]);
  });

  test('[STORE-30] a key of a request is taken once, until the request has failed or is long past', async () => {
    const [store, second] = await fixture.several();
    const { idempotency } = store;
    const record: IdempotencyRecord = { site: acme, key: 'k', request: 'r', createdAt: 10 };
    const begun = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? store : second).idempotency.begin({ ...record, request: `${n}` })),
    );
    expect(begun.filter((former) => former === undefined)).toHaveLength(1);
    const taker = begun.indexOf(undefined);
    for (const former of begun) expect(former?.request ?? `${taker}`).toBe(`${taker}`);
    expect(await idempotency.begin({ ...record, site: other })).toBeUndefined();

    await idempotency.finish({ ...record, createdAt: 9 }, 'of another request');
    await idempotency.finish(record, '{"status":201}');
    const finished = { ...record, request: `${taker}`, answer: '{"status":201}' };
    expect(await idempotency.begin(record)).toStrictEqual(finished);
    await idempotency.release({ ...record, site: other });
    await idempotency.release({ ...record, createdAt: 9 });
    expect(await idempotency.begin(record)).toStrictEqual(finished);
    expect(await idempotency.begin({ ...record, site: other })).toBeUndefined();
    await idempotency.release(record);
    expect(await idempotency.begin(record)).toBeUndefined();
    expect(await idempotency.deleteBefore(10)).toBe(0);
    expect(await idempotency.deleteBefore(11)).toBe(2);
    expect(await idempotency.begin(record)).toBeUndefined();
  });
}
