import { expect, test } from 'vitest';
import { aCall, acme, aDelivery, aWebhook, other } from '#test/store/records.ts';
import { allPages, badCursors } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function webhooksContract(fixture: StoreFixture): void {
  test('[STORE-1] webhooks of all sites come back as saved, and may be replaced', async () => {
    const { webhooks } = await fixture.open();
    const [ours, theirs] = [aWebhook(), aWebhook({ site: other, enabled: false, disabledReason: '410 Gone' })];
    await webhooks.save(ours);
    await webhooks.save(theirs);
    expect(await webhooks.listAll()).toStrictEqual([ours, theirs]);
    const changed = { ...ours, url: 'https://hooks.example/ä', events: ['call.ended' as const], enabled: false };
    await webhooks.save(changed);
    expect(await webhooks.listAll()).toStrictEqual([changed, theirs]);
  });

  test('[STORE-2] [STORE-10] a webhook is deleted with its deliveries, within its site only', async () => {
    const { webhooks } = await fixture.open();
    const [webhook, kept] = [aWebhook(), aWebhook()];
    for (const each of [webhook, kept]) await webhooks.save(each);
    const [delivery, another] = [aDelivery(webhook), aDelivery(kept)];
    for (const each of [delivery, another]) await webhooks.add(each);
    expect(await webhooks.delete(other, webhook.id)).toBe(false);
    expect(await webhooks.delete(acme, webhook.id)).toBe(true);
    expect(await webhooks.delete(acme, webhook.id)).toBe(false);
    expect(await webhooks.getDelivery(acme, webhook.id, delivery.id)).toBeUndefined();
    expect(await webhooks.getDelivery(acme, kept.id, another.id)).toStrictEqual(another);
    expect(await webhooks.update(delivery)).toBe(false);
    await expect(webhooks.add(delivery)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('[STORE-1] [STORE-2] a delivery comes back as it was left, within its webhook and site only', async () => {
    const { webhooks } = await fixture.open();
    const [webhook, another] = [aWebhook(), aWebhook()];
    for (const each of [webhook, another, { ...webhook, site: other }]) await webhooks.save(each);
    const delivery = aDelivery(webhook, { payload: '{"text":"ä 🚀 \\u0000"}' });
    await webhooks.add(delivery);
    expect(await webhooks.getDelivery(acme, webhook.id, delivery.id)).toStrictEqual(delivery);
    expect(await webhooks.getDelivery(acme, another.id, delivery.id)).toBeUndefined();
    expect(await webhooks.getDelivery(other, webhook.id, delivery.id)).toBeUndefined();
    const { nextAttemptAt: _, ...settled } = { ...delivery, state: 'dead' as const, attempts: 10 };
    const dead = { ...settled, status: 500, error: 'The target answered 500.' };
    expect(await webhooks.update(dead)).toBe(true);
    expect(await webhooks.getDelivery(acme, webhook.id, delivery.id)).toStrictEqual(dead);
    expect(await webhooks.update({ ...dead, site: other })).toBe(false);
  });

  test('[STORE-8] deliveries are listed newest first, by state too, each once', async () => {
    const { webhooks } = await fixture.open();
    const webhook = aWebhook();
    await webhooks.save(webhook);
    const all = [3, 1, 2, 2, 2].map((createdAt, n) => {
      return aDelivery(webhook, { createdAt, state: n % 2 ? 'delivered' : 'pending' });
    });
    for (const each of all) await webhooks.add(each);
    const newest = all.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    const list = (page: { limit: number; cursor?: string | undefined }) =>
      webhooks.listDeliveries(acme, webhook.id, page);
    expect((await allPages(list, 2)).flat()).toStrictEqual(newest);
    const { items } = await webhooks.listDeliveries(acme, webhook.id, { limit: 9, state: 'delivered' });
    expect(items).toStrictEqual(newest.filter(({ state }) => state === 'delivered'));
    expect((await webhooks.listDeliveries(other, webhook.id, { limit: 9 })).items).toEqual([]);
    for (const cursor of badCursors) {
      await expect(list({ limit: 1, cursor })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  test('[STORE-29] due deliveries are claimed the oldest first, and due again after the lease', async () => {
    const { webhooks } = await fixture.open();
    const [webhook, another] = [aWebhook(), aWebhook()];
    for (const each of [webhook, another]) await webhooks.save(each);
    const at = (time: number) => aDelivery(webhook, { createdAt: time, nextAttemptAt: time });
    const [first, second, third, later] = [at(1), at(2), at(3), at(11)];
    const settled = aDelivery(webhook, { state: 'dead', nextAttemptAt: undefined });
    const foreign = aDelivery(another, { nextAttemptAt: 1 });
    for (const each of [later, third, first, settled, second, foreign]) await webhooks.add(each);
    const leased = (delivery: typeof first, nextAttemptAt: number) => ({ ...delivery, nextAttemptAt });
    expect(await webhooks.nextDue()).toEqual(
      expect.arrayContaining([
        { site: acme, webhookId: webhook.id, at: 1 },
        { site: acme, webhookId: another.id, at: 1 },
      ]),
    );
    expect(await webhooks.claimDue(other, webhook.id, 10, 60, 9)).toEqual([]);
    expect(await webhooks.claimDue(acme, webhook.id, 10, 60, 2)).toStrictEqual([leased(first, 60), leased(second, 60)]);
    expect(await webhooks.claimDue(acme, webhook.id, 10, 60, 2)).toStrictEqual([leased(third, 60)]);
    expect(await webhooks.claimDue(acme, webhook.id, 10, 60, 2)).toEqual([]);
    expect(await webhooks.getDelivery(acme, webhook.id, first.id)).toStrictEqual(leased(first, 60));
    expect((await webhooks.nextDue()).find(({ webhookId }) => webhookId === webhook.id)?.at).toBe(11);
    expect(await webhooks.claimDue(acme, webhook.id, 60, 99, 9)).toHaveLength(4);
  });

  test('[STORE-29] of many senders at once each delivery has one', async () => {
    const stores = await fixture.several();
    const [store] = stores;
    const webhook = aWebhook();
    await store.webhooks.save(webhook);
    const all = Array.from({ length: 40 }, () => aDelivery(webhook, { nextAttemptAt: 1 }));
    for (const each of all) await store.webhooks.add(each);
    const claims = Array.from({ length: 30 }, (_, n) => stores[n % 3]?.webhooks.claimDue(acme, webhook.id, 10, 100, 3));
    const claimed = (await Promise.all(claims)).flatMap((found) => found ?? []).map(({ id }) => id);
    expect(new Set(claimed).size).toBe(claimed.length);
    let rest = await store.webhooks.claimDue(acme, webhook.id, 10, 100, 99);
    claimed.push(...rest.map(({ id }) => id));
    rest = await store.webhooks.claimDue(acme, webhook.id, 10, 100, 99);
    expect(rest).toEqual([]);
    expect(claimed.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
  });

  test('[STORE-33] what was delivered or died long ago is deleted, what is pending never', async () => {
    const { webhooks } = await fixture.open();
    const webhook = aWebhook();
    await webhooks.save(webhook);
    const settled = { nextAttemptAt: undefined, createdAt: 1 };
    const [old, young, dead, youngDead, pending] = [
      aDelivery(webhook, { ...settled, state: 'delivered', deliveredAt: 5 }),
      aDelivery(webhook, { ...settled, state: 'delivered', deliveredAt: 10 }),
      aDelivery(webhook, { ...settled, state: 'dead' }),
      aDelivery(webhook, { ...settled, state: 'dead', createdAt: 10 }),
      aDelivery(webhook, { createdAt: 1 }),
    ];
    for (const each of [old, young, dead, youngDead, pending]) await webhooks.add(each);
    expect(await webhooks.deleteSettled(10)).toBe(2);
    const left = (await webhooks.listDeliveries(acme, webhook.id, { limit: 9 })).items.map(({ id }) => id);
    expect(left.toSorted()).toEqual([young, youngDead, pending].map(({ id }) => id).toSorted());
  });

  test('[STORE-6] [STORE-21] a call stands with its deliveries', async () => {
    const { calls, webhooks } = await fixture.open();
    const webhook = aWebhook();
    await webhooks.save(webhook);
    const [call, delivery] = [aCall(), aDelivery(webhook, { type: 'call.started' })];
    await calls.save(call, [], [delivery, aDelivery(aWebhook())]);
    expect(await calls.get(acme, call.id)).toStrictEqual(call);
    expect((await webhooks.listDeliveries(acme, webhook.id, { limit: 9 })).items).toStrictEqual([delivery]);
    const failing = calls.save({ ...call, state: 'ended' }, [], [delivery]);
    await expect(failing).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await calls.get(acme, call.id)).toStrictEqual(call);
  });
}
