import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { until } from '#test/support/until.ts';
import { acme, Outbox, overridden, receiver } from './Outbox.ts';
import { always } from './Receiver.ts';

const NEVER = 3_600_000;

describe('[HOOK-6] 410 Gone', () => {
  test('disables the webhook, with its reason, and what is pending dies', async () => {
    const target = await receiver(500);
    const outbox = await Outbox.open({ times: { retry: () => NEVER } });
    const { id } = await outbox.webhook(target);
    const first = outbox.tried();
    const pending = await outbox.tell();
    await first;
    expect(await outbox.delivery(pending)).toMatchObject({ state: 'pending' });
    target.answer = always(410);
    const second = outbox.tried();
    const gone = await outbox.tell();
    await second;
    await until(async () => expect(await outbox.delivery(pending)).toMatchObject({ state: 'dead' }));
    expect(await outbox.delivery(gone)).toMatchObject({ state: 'dead', status: 410 });
    const disabled = { enabled: false, disabledReason: expect.stringContaining('410') };
    expect(outbox.directory.get(id)).toMatchObject(disabled);
    expect(await outbox.store.webhooks.listAll()).toMatchObject([disabled]);
    expect(outbox.rows()).toEqual([]);
    const { items } = await outbox.store.audit.list(acme, { limit: 1, subject: id });
    expect(items).toMatchObject([{ action: 'webhook.disabled', actor: 'system' }]);
  });

  test('what is delivered at that moment stays so', async () => {
    const responses = new Map<unknown, ServerResponse>();
    const target = await receiver(({ headers }, response) => void responses.set(headers['webhook-id'], response));
    const [claimed, known] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let held = async () => {};
    const outbox = await Outbox.open({
      wrap: (store) =>
        overridden(store, {
          claimDue: async (...args) => {
            const found = await store.claimDue(...args);
            await held();
            return found;
          },
        }),
    });
    await outbox.webhook(target);
    const [gone, other] = [await outbox.tell(), await outbox.tell()];
    await target.count(2);
    // What the database has answered is known late, as over a network.
    held = () => {
      claimed.resolve();
      return known.promise;
    };
    responses.get(gone.id)?.writeHead(410).end();
    await claimed.promise;
    const isDelivered = async () =>
      expect(await outbox.delivery(other)).toMatchObject({ state: 'delivered', status: 200 });
    responses.get(other.id)?.writeHead(200).end();
    await until(isDelivered);
    await new Promise(setImmediate);
    known.resolve();
    await outbox.sender.close();
    await isDelivered();
  });

  test('enabled again it sends, and forgets why it was disabled', async () => {
    const target = await receiver(410);
    const outbox = await Outbox.open();
    const { id } = await outbox.webhook(target);
    const tried = outbox.tried();
    await outbox.tell();
    await tried;
    target.answer = always(200);
    const changed = await outbox.directory.change(acme, id, { enabled: true }, 'site');
    expect(changed.disabledReason).toBeUndefined();
    await outbox.tell();
    await target.count(2);
  });

  test('what was made before and is committed after it dies as well', async () => {
    const target = await receiver(410);
    const outbox = await Outbox.open();
    await outbox.webhook(target);
    const late = outbox.rows();
    const tried = outbox.tried();
    await outbox.tell();
    await tried;
    await outbox.commit(late);
    await until(async () => expect(await outbox.delivery(late[0] as never)).toMatchObject({ state: 'dead' }));
    expect(target.received).toHaveLength(1);
  });
});

describe('[HOOK-7] a webhook that an admin disabled', () => {
  test('keeps what is pending until it is enabled', async () => {
    const target = await receiver(500);
    const outbox = await Outbox.open({ times: { retry: () => 30 } });
    const { id } = await outbox.webhook(target);
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    await outbox.directory.change(acme, id, { enabled: false }, 'site');
    await outbox.restart();
    expect(await outbox.delivery(row)).toMatchObject({ state: 'pending' });
    target.answer = always(200);
    await outbox.directory.change(acme, id, { enabled: true }, 'site');
    await until(async () => expect(await outbox.delivery(row)).toMatchObject({ state: 'delivered' }));
  });

  test('is sent nothing more, though it was looked for before', async () => {
    const target = await receiver();
    const [asked, known] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const outbox = await Outbox.open({
      wrap: (store) =>
        overridden(store, {
          claimDue: async (...args) => {
            const found = await store.claimDue(...args);
            if (found.length === 0) return found;
            asked.resolve();
            await known.promise;
            return found;
          },
        }),
    });
    const { id } = await outbox.webhook(target);
    const row = await outbox.tell();
    await asked.promise;
    await outbox.directory.change(acme, id, { enabled: false }, 'site');
    known.resolve();
    await outbox.restart();
    expect(target.received).toEqual([]);
    expect(await outbox.delivery(row)).toMatchObject({ state: 'pending', attempts: 0 });
    await outbox.directory.change(acme, id, { enabled: true }, 'site');
    await target.count(1);
  });

  test('gets it when it is due, though nobody looks for it while it is disabled', async () => {
    const target = await receiver();
    const looks = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let looked = 0;
    const outbox = await Outbox.open({
      wrap: (store) =>
        overridden(store, {
          nextDue: async () => {
            const due = await store.nextDue();
            looks[looked++]?.resolve();
            return due;
          },
        }),
    });
    const { id } = await outbox.webhook(target);
    await looks[0]?.promise;
    await outbox.sender.close();
    const row = await outbox.tell();
    await outbox.store.webhooks.update({ ...row, nextAttemptAt: Date.now() + 1_000 });
    await outbox.directory.change(acme, id, { enabled: false }, 'site');
    await outbox.restart();
    await looks[1]?.promise;
    await outbox.directory.change(acme, id, { enabled: true }, 'site');
    await target.count(1);
  });
});
