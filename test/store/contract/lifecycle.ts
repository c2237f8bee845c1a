import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import { aCall, aCustomer, acme, anAgent, anEntry, aSite, newVisitorId } from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function lifecycleContract(fixture: StoreFixture): void {
  test('[STORE-3] opening again changes nothing and finds all that was kept', async () => {
    const open = await fixture.database();
    const first = await open();
    const [agent, call, entry] = [anAgent(), aCall(), anEntry()];
    const [customer, visitorId] = [aCustomer({ id: '1' }), newVisitorId()];
    await first.sites.create(aSite(), 'hash');
    await first.agents.create(agent);
    await first.customers.save(customer, visitorId);
    await first.calls.save(call, [entry]);
    await first.close();
    for (let times = 0; times < 2; times += 1) {
      const again = await open();
      expect(await again.sites.findByApiKey('hash')).toStrictEqual(aSite());
      expect(await again.agents.list(acme, { limit: 10 })).toStrictEqual({ items: [agent] });
      expect(await again.customers.findByVisitor(acme, visitorId)).toStrictEqual(customer);
      expect(await again.calls.listUnended()).toStrictEqual([call]);
      expect(await again.audit.list(acme, { limit: 10 })).toStrictEqual({ items: [entry] });
      await again.close();
    }
  });

  test('[STORE-13] ping answers while the store is open', async () => {
    const store = await fixture.open();
    await expect(store.ping()).resolves.toBeUndefined();
  });

  test('[STORE-14] close may be called again and again, and at once', async () => {
    const store = await fixture.open();
    await Promise.all([store.close(), store.close()]);
    await expect(store.close()).resolves.toBeUndefined();
  });

  test('[STORE-14] close finishes what has begun; what comes later is UNAVAILABLE', async () => {
    const open = await fixture.database();
    const store = await open();
    const calls = Array.from({ length: 20 }, (_, n) => aCall({ startedAt: 20 - n }));
    const begun = Promise.all(calls.map((call) => store.calls.save(call, [anEntry()])));
    const closed = store.close();
    const late = store.calls.get(acme, aCall().id);
    await expect(late).rejects.toMatchObject({ name: 'CvError', code: 'UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await begun;
    await closed;
    expect((await (await open()).calls.list(acme, { limit: 200 })).items).toStrictEqual(calls);
  });

  test('[STORE-15] an error shows neither statements nor values, not even in its cause', async () => {
    const { customers } = await fixture.open();
    await customers.save(aCustomer({ id: 'secret-id', email: 'secret@mail.example' }), newVisitorId());
    const double = aCustomer({ id: 'secret-id', email: 'secret@mail.example', firstname: 'Secretia' });
    const error: unknown = await customers.save(double, newVisitorId()).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(CvError);
    expect((error as CvError).toJSON()).toEqual({
      code: 'CONFLICT',
      message: 'Another one has the same id, email or name already.',
    });
    const logged = inspect(error, { depth: 10, showHidden: true });
    for (const hidden of ['secret', 'Secretia', 'INSERT', 'VALUES', double.customerId]) {
      expect(logged).not.toContain(hidden);
    }
  });
}
