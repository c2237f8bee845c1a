import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { retryDelay } from '#signaling/webhooks/afterTry.ts';
import { until } from '#test/support/until.ts';
import { acme, Outbox, overridden, receiver } from './Outbox.ts';
import { always, silent } from './Receiver.ts';

const NEVER = 3_600_000;

describe('[HOOK-1] what is sent', () => {
  test('is a POST of type, time and data, under Standard Webhooks’ headers that its secret verifies', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    const { secret } = await outbox.webhook(target, { url: `${target.url}?shop=1` });
    const row = await outbox.tell('Grüße 👋 </script>');
    const [sent] = await target.count(1);
    expect(sent?.path).toBe('/hook?shop=1');
    expect(sent?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': row.id });
    expect(sent && new Verifier(secret).verify(sent.body, sent.headers as Record<string, string>)).toMatchObject({
      type: 'conversation.status',
      timestamp: new Date(row.createdAt).toISOString(),
      data: { status: 'DONE', lastMessage: { text: 'Grüße 👋 </script>' } },
    });
  });

  test('verifies under no other secret, and not when it was changed', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    const { secret } = await outbox.webhook(target);
    const other = await outbox.webhook(target, { events: ['call.ended'] });
    await outbox.tell();
    const [sent] = await target.count(1);
    const headers = sent?.headers as Record<string, string>;
    expect(() => new Verifier(other.secret).verify(sent?.body ?? '', headers)).toThrow();
    expect(() => new Verifier(secret).verify(`${sent?.body} `, headers)).toThrow();
  });

  test('goes to every webhook that subscribed, is enabled and the site’s own, and to no other', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    await outbox.webhook(target, { enabled: false });
    await outbox.webhook(target, { events: ['message.new'] });
    expect(outbox.rows()).toEqual([]);
    const first = await outbox.webhook(target);
    const second = await outbox.webhook(target, { events: ['message.new', 'conversation.status'] });
    expect(outbox.rows().map(({ webhookId }) => webhookId)).toEqual([first.id, second.id]);
  });
});

describe('[HOOK-2] rows of a transaction', () => {
  test('are sent once it is committed, and not before', async () => {
    const target = await receiver();
    let looked = 0;
    const looks = Promise.withResolvers<void>();
    const outbox = await Outbox.open({
      wrap: (store) =>
        overridden(store, {
          claimDue: (...args) => {
            if (++looked === 3) looks.resolve();
            return store.claimDue(...args);
          },
        }),
    });
    await outbox.webhook(target);
    const rows = outbox.rows();
    await looks.promise;
    expect(target.received).toEqual([]);
    await outbox.commit(rows);
    await target.count(1);
  });

  test('are found after an error of the database', async () => {
    const target = await receiver();
    let broken = true;
    const outbox = await Outbox.open({
      times: { timeout: 500 },
      wrap: (store) =>
        overridden(store, {
          claimDue: async (...args) => {
            if (!broken) return store.claimDue(...args);
            broken = false;
            throw new Error('the database is away');
          },
        }),
    });
    await outbox.webhook(target);
    await outbox.tell();
    await target.count(1);
  });
});

describe('[HOOK-3] a webhook’s lane', () => {
  test('a receiver that never answers has four deliveries at a time and delays no other', async () => {
    const [slow, quick] = [await receiver(silent), await receiver()];
    const outbox = await Outbox.open({ times: { timeout: NEVER } });
    await outbox.webhook(slow);
    await outbox.webhook(quick);
    for (let count = 0; count < 20; count++) await outbox.commit(outbox.rows(`${count}`));
    await quick.count(20);
    await slow.count(4);
    expect(slow.received).toHaveLength(4);
  });

  test('a lane with much behind goes on until it is empty', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    await outbox.webhook(target);
    const rows = Array.from({ length: 60 }, (_, count) => outbox.rows(`${count}`)).flat();
    await outbox.commit(rows);
    const ids = (await target.count(60)).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set(rows.map(({ id }) => id)));
  });

  test('deliveries begin in the order of their making', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    const webhook = await outbox.webhook(target);
    await outbox.sender.close();
    const rows = Array.from({ length: 30 }, () => outbox.rows()).flat();
    await outbox.commit(rows.toReversed());
    const now = Date.now() + 1000;
    const taken = await outbox.store.webhooks.claimDue(acme, webhook.id, now, now, 30);
    expect(taken.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });
});

describe('[HOOK-4] a try that fails', () => {
  test('is made again under the same id and body, signed anew, until it is delivered', async () => {
    const target = await receiver((_, response) => response.writeHead(target.received.length < 3 ? 500 : 200).end());
    const outbox = await Outbox.open();
    const { secret } = await outbox.webhook(target);
    const three = outbox.tried(3);
    const row = await outbox.tell();
    await three;
    expect(target.received.map(({ headers, body }) => [headers['webhook-id'], body])).toEqual(
      Array(3).fill([row.id, row.payload]),
    );
    for (const { body, headers } of target.received) {
      expect(new Verifier(secret).verify(body, headers as Record<string, string>)).toBeTruthy();
    }
    const delivery = await outbox.delivery(row);
    expect(delivery).toMatchObject({ state: 'delivered', attempts: 3, status: 200 });
    expect(delivery?.error).toBeUndefined();
    expect(delivery?.nextAttemptAt).toBeUndefined();
  });

  test('the tenth is the last', async () => {
    const target = await receiver(500);
    const outbox = await Outbox.open({ times: { retry: (tries) => retryDelay(tries, 0) && 1 } });
    await outbox.webhook(target);
    const ten = outbox.tried(10);
    const row = await outbox.tell();
    await ten;
    expect(await outbox.delivery(row)).toMatchObject({ state: 'dead', attempts: 10, status: 500 });
    expect(await outbox.store.webhooks.nextDue()).toEqual([]);
    expect(target.received).toHaveLength(10);
  });

  test('no answer in time, no listener and no such protocol are told as such', async () => {
    const [quiet, gone, plain] = [await receiver(silent), await receiver(), await receiver()];
    const tries = [
      [quiet.url, 30, 'No answer in time'],
      [gone.url, 10_000, 'Nothing listens'],
      [plain.url.replace('http:', 'https:'), 10_000, 'connection failed'],
    ] as const;
    await gone.close();
    for (const [url, timeout, told] of tries) {
      const outbox = await Outbox.open({ times: { timeout, retry: () => NEVER } });
      await outbox.webhook(quiet, { url });
      const tried = outbox.tried();
      const row = await outbox.tell();
      await tried;
      expect((await outbox.delivery(row))?.error).toContain(told);
    }
  });

  test('a connection that is closed without an answer, or changed to another protocol, ends the try', async () => {
    const outbox = await Outbox.open({ times: { retry: () => NEVER } });
    const cut = await receiver((_, response) => response.destroy());
    const upgrade = await receiver((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
    });
    await outbox.webhook(cut);
    await outbox.webhook(upgrade);
    const two = outbox.tried(2);
    const rows = outbox.rows();
    await outbox.commit(rows);
    await two;
    for (const row of rows) expect(await outbox.delivery(row)).toMatchObject({ state: 'pending', attempts: 1 });
  });
});

describe('[HOOK-5] an answer', () => {
  test.each([301, 302, 303, 307, 308])('%d is a failure, and is not followed', async (status) => {
    const elsewhere = await receiver();
    const target = await receiver(always(status, { location: elsewhere.url }));
    const outbox = await Outbox.open({ times: { retry: () => NEVER } });
    await outbox.webhook(target);
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    expect(await outbox.delivery(row)).toMatchObject({
      state: 'pending',
      status,
      error: expect.stringContaining('redirects are not followed'),
    });
    expect(elsewhere.received).toEqual([]);
  });

  test('counts by its status, whatever its body is: endless, broken off, or dripping', async () => {
    const outbox = await Outbox.open({ times: { timeout: 2_000 } });
    const endless = await receiver((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    const broken = await receiver((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('x', () => response.destroy());
    });
    const dripping = await receiver((_, response) => response.writeHead(200).write('x'));
    for (const target of [endless, broken, dripping]) await outbox.webhook(target);
    const rows = outbox.rows();
    await outbox.commit(rows);
    const delivered = { state: 'delivered', status: 200 };
    for (const row of rows) await until(async () => expect(await outbox.delivery(row)).toMatchObject(delivered));
  });

  test('Retry-After puts off', async () => {
    const target = await receiver(always(429, { 'retry-after': '3600' }));
    const outbox = await Outbox.open();
    await outbox.webhook(target);
    const tried = outbox.tried();
    const before = Date.now();
    const row = await outbox.tell();
    await tried;
    expect((await outbox.delivery(row))?.nextAttemptAt).toBeGreaterThanOrEqual(before + 3_600_000);
  });
});

describe('[HOOK-8] nothing is lost', () => {
  test('what a process that died had taken is sent again under the same id', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    const { id } = await outbox.webhook(target);
    await outbox.sender.close();
    const row = await outbox.tell();
    // Taken, and never heard of again.
    const now = Date.now();
    expect(await outbox.store.webhooks.claimDue(acme, id, now, now + 20, 10)).toHaveLength(1);
    await outbox.restart();
    const [sent] = await target.count(1);
    expect(sent?.headers['webhook-id']).toBe(row.id);
  });

  test('what was committed while nobody sent is sent after the next start', async () => {
    const target = await receiver();
    const outbox = await Outbox.open();
    await outbox.webhook(target);
    await outbox.sender.close();
    await outbox.tell();
    await outbox.restart();
    await target.count(1);
  });

  test('a stop waits a moment, cuts off the rest, and counts that as no try', async () => {
    const target = await receiver(silent);
    const outbox = await Outbox.open();
    await outbox.webhook(target);
    const row = await outbox.tell();
    await target.count(1);
    await outbox.sender.close();
    const delivery = await outbox.delivery(row);
    expect(delivery).toMatchObject({ state: 'pending', attempts: 0 });
    expect(delivery?.nextAttemptAt).toBeLessThanOrEqual(Date.now());
    target.answer = always(204);
    await outbox.restart();
    const [first, again] = await target.count(2);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  test('a stop is over at once where nothing is under way, and twice is once', async () => {
    const outbox = await Outbox.open({ times: { drain: NEVER } });
    await Promise.all([outbox.sender.close(), outbox.sender.close()]);
  });

  test('a try whose outcome cannot be written is made again when its lease ends', async () => {
    const target = await receiver();
    let broken = true;
    const outbox = await Outbox.open({
      times: { lease: 20 },
      wrap: (store) =>
        overridden(store, {
          update: async (delivery) => {
            if (!broken) return store.update(delivery);
            broken = false;
            throw new Error('the database is away');
          },
        }),
    });
    await outbox.webhook(target);
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    expect(target.received.map(({ headers }) => headers['webhook-id'])).toEqual([row.id, row.id]);
  });

  test('what was erased meanwhile stays so', async () => {
    const target = await receiver((_, response) => {
      void outbox.directory.delete(acme, id, 'site').then(() => response.end());
    });
    const outbox = await Outbox.open();
    const { id } = await outbox.webhook(target);
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    expect(await outbox.delivery(row)).toBeUndefined();
  });
});
