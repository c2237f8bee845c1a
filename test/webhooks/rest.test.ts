import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Delivery, type Webhook, webhookData } from '#protocol/webhooks.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite, type SecondSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';
import { until } from '#test/support/until.ts';
import { receiver } from './Outbox.ts';
import { always, silent } from './Receiver.ts';

let service: TestService;
let theirs: SecondSite;
const options = {
  env: { WEBHOOK_ALLOW_PRIVATE: '1', RATE_LIMITS: '0' },
  webhookTimes: { retry: () => 3_600_000, firstLook: 1, drain: 10 },
};
beforeAll(async () => {
  const first = await TestService.start();
  await first.stop({ keepData: true });
  theirs = await addSite(first.data, 'theirs');
  service = await TestService.start({ data: first.data, ...options });
});
afterAll(() => service.stop());

interface Answer<T> {
  status: number;
  body: T & { items: T[]; code: string; secret: string; detail: string; nextCursor?: string };
}

async function call<T = Webhook>(verb: string, path: string, body?: unknown, secret?: string): Promise<Answer<T>> {
  const response = await service.rest(verb, path, body, secret);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const fields = (url: string, more: object = {}) => ({ url, events: ['call.started', 'call.ended'], ...more });
const create = async (url: string, more?: object) => (await call('POST', 'webhooks', fields(url, more))).body;

async function clear() {
  for (const { id } of (await call('GET', 'webhooks')).body.items) await call('DELETE', `webhooks/${id}`);
}

describe('[HOOK-15] webhooks by REST', () => {
  test('are made, listed, read, changed in part, and removed; the secret is told once', async () => {
    const made = await call('POST', 'webhooks', fields('http://127.0.0.1:9/a'));
    expect(made.status).toBe(201);
    const { secret, ...webhook } = made.body;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    const path = `webhooks/${webhook.id}`;
    expect((await call('GET', path)).body).toEqual(webhook);
    expect((await call('GET', 'webhooks')).body.items).toContainEqual(webhook);
    const changed = await call('PATCH', path, { enabled: false, events: ['message.new'] });
    expect(changed.body).toEqual({ ...webhook, enabled: false, events: ['message.new'] });
    await service.stop({ keepData: true });
    service = await TestService.start({ data: service.data, ...options });
    expect((await call('GET', path)).body).toEqual(changed.body);
    expect((await call('DELETE', path)).status).toBe(204);
    for (const [verb, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      expect((await call(verb, path, body)).body.code).toBe('NOT_FOUND');
    }
  });

  test.each([
    ['no address', { url: 'nonsense' }],
    ['another protocol', { url: 'ftp://shop.example/' }],
    ['script', { url: 'javascript:alert(1)' }],
    ['a user in it', { url: 'http://user@127.0.0.1/' }],
    ['a password in it', { url: 'http://:secret@127.0.0.1/' }],
    ['metadata', { url: 'http://169.254.169.254/latest/meta-data/' }],
    ['metadata, mapped', { url: 'http://[::ffff:169.254.169.254]/' }],
    ['port 0', { url: 'http://127.0.0.1:0/' }],
    ['no events', { events: [] }],
    ['an unknown event', { events: ['everything'] }],
    ['the test event', { events: ['test'] }],
    ['a secret of one’s own', { secret: 'whsec_AAAA' }],
  ])('are refused with %s', async (_, wrong) => {
    const made = await call('POST', 'webhooks', { ...fields('http://127.0.0.1:9/'), ...wrong });
    expect(made.body.code).toBe('INVALID_INPUT');
    const { id } = await create('http://127.0.0.1:9/');
    expect((await call('PATCH', `webhooks/${id}`, wrong)).body.code).toBe('INVALID_INPUT');
    await clear();
  });

  test('are at most 20 a site', async () => {
    await clear();
    const made = await Promise.all(
      Array.from({ length: 22 }, () => call('POST', 'webhooks', fields('http://127.0.0.1:9/'))),
    );
    expect(made.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(2);
    expect((await call('GET', 'webhooks')).body.items).toHaveLength(20);
    await clear();
  });

  test('another site’s do not exist', async () => {
    const target = await receiver();
    const { id } = await create(target.url);
    const { body: delivery } = await call<Delivery>('POST', `webhooks/${id}/test`);
    const paths = [
      ['GET', `webhooks/${id}`],
      ['PATCH', `webhooks/${id}`, { enabled: false }],
      ['DELETE', `webhooks/${id}`],
      ['GET', `webhooks/${id}/deliveries`],
      ['POST', `webhooks/${id}/test`],
      ['POST', `webhooks/${id}/deliveries/${delivery.id}/retry`],
    ] as const;
    for (const [verb, path, body] of paths) {
      expect((await call(verb, path, body, theirs.apiKey)).body.code).toBe('NOT_FOUND');
    }
    expect((await call('GET', 'webhooks', undefined, theirs.apiKey)).body.items).toEqual([]);
    const own = await call('POST', 'webhooks', fields(target.url), theirs.apiKey);
    const foreign = `webhooks/${own.body.id}/deliveries/${delivery.id}/retry`;
    expect((await call('POST', foreign, undefined, theirs.apiKey)).body.code).toBe('NOT_FOUND');
    expect(target.received).toHaveLength(1);
    await clear();
  });

  test('are for admins', async () => {
    const token = service.token('agent2@example.com');
    expect((await call('GET', 'webhooks', undefined, token)).body.code).toBe('FORBIDDEN');
  });
});

describe('[HOOK-16] a test', () => {
  test('is sent at once, signed, also to a disabled webhook, and answered with how it went', async () => {
    const target = await receiver();
    const { id, secret } = await create(target.url, { enabled: false });
    const { status, body } = await call<Delivery>('POST', `webhooks/${id}/test`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ type: 'test', state: 'delivered', status: 204, attempts: 1 });
    const [sent] = target.received;
    const headers = sent?.headers as Record<string, string>;
    expect(new Verifier(secret).verify(sent?.body ?? '', headers)).toMatchObject({ type: 'test' });
    expect(sent?.body).toBe(body.payload);
  });

  test('that fails is not tried again', async () => {
    const target = await receiver(500);
    const { id } = await create(target.url);
    const { body } = await call<Delivery>('POST', `webhooks/${id}/test`);
    expect(body).toMatchObject({ state: 'dead', status: 500, error: expect.stringContaining('500') });
  });
});

describe('[HOOK-17] deliveries', () => {
  test('are listed newest first, in pages, by state', async () => {
    const target = await receiver();
    const { id } = await create(target.url);
    const sent: Delivery[] = [];
    for (const status of [204, 500, 204]) {
      target.answer = always(status);
      sent.unshift((await call<Delivery>('POST', `webhooks/${id}/test`)).body);
    }
    const list = async (query: string) => (await call<Delivery>('GET', `webhooks/${id}/deliveries?${query}`)).body;
    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${encodeURIComponent(first.nextCursor ?? '')}`);
    expect([...first.items, ...second.items]).toEqual(sent);
    expect((await list('state=dead')).items.map((one) => one.id)).toEqual([sent[1]?.id]);
    expect((await list('state=pending')).items).toEqual([]);
  });

  test('are sent again when asked for, whatever became of them, under their id', async () => {
    const target = await receiver(500);
    const { id } = await create(target.url);
    const { body: dead } = await call<Delivery>('POST', `webhooks/${id}/test`);
    const path = `webhooks/${id}/deliveries/${dead.id}/retry`;
    target.answer = always(200);
    expect((await call<Delivery>('POST', path)).body).toMatchObject({ id: dead.id, state: 'delivered', attempts: 2 });
    expect((await call<Delivery>('POST', path)).body).toMatchObject({ state: 'delivered', attempts: 3 });
    expect(target.received.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill(dead.id));
  });

  test('are not sent twice at once, not to a disabled webhook, and not if there is none', async () => {
    const target = await receiver();
    const { id } = await create(target.url);
    const { body: delivery } = await call<Delivery>('POST', `webhooks/${id}/test`);
    const path = `webhooks/${id}/deliveries/${delivery.id}/retry`;
    const release = Promise.withResolvers<void>();
    target.answer = (_, response) => void release.promise.then(() => response.end());
    const first = call<Delivery>('POST', path);
    await target.count(2);
    expect((await call('POST', path)).body.code).toBe('CONFLICT');
    release.resolve();
    expect((await first).body).toMatchObject({ state: 'delivered' });
    await call('PATCH', `webhooks/${id}`, { enabled: false });
    expect((await call('POST', path)).body.code).toBe('CONFLICT');
    await call('PATCH', `webhooks/${id}`, { enabled: true });
    const unknown = path.replace(delivery.id, `dl_${'0'.repeat(22)}`);
    expect((await call('POST', unknown)).body.code).toBe('NOT_FOUND');
  });
});

test('[HOOK-18] the audit log tells who made, changed and removed a webhook, and no more than its host', async () => {
  const { apiKey, token } = theirs;
  const made = await call('POST', 'webhooks', fields('http://127.0.0.1:9/hooks/T0P-SECRET?token=abc'), apiKey);
  const { id } = made.body;
  await call('PATCH', `webhooks/${id}`, { enabled: false }, token);
  await call('DELETE', `webhooks/${id}`, undefined, apiKey);
  const { body } = await call<{ action: string }>('GET', `audit?subject=${id}`, undefined, apiKey);
  expect(body.items).toMatchObject([
    { action: 'webhook.deleted', actor: 'site' },
    { action: 'webhook.changed', actor: 'agent:agent1@example.com', detail: { enabled: false } },
    { action: 'webhook.created', actor: 'site', detail: { target: '127.0.0.1:9', events: 'call.started call.ended' } },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/SECRET|abc|whsec/);
});

describe('[HOOK-19] calls', () => {
  async function ring() {
    const visitor = await Peer.visitor(service.url);
    await visitor.request('visitor.tag', { email: 'called@example.com' });
    const { visitorId } = await visitor.event('visitor.welcome');
    const agent = await Peer.agent(service.url, service.token());
    const { call: started } = await agent.request('calling.start', { visitorId, kind: 'screen' });
    return { visitor, agent, started };
  }

  test('are told when they ring and when they end', async () => {
    const target = await receiver();
    const { secret } = await create(target.url);
    const { visitor, agent, started } = await ring();
    await visitor.request('calling.answer', { callId: started.id, accept: false });
    const sent = await target.count(2);
    const told = sent.map(({ body, headers }) => new Verifier(secret).verify(body, headers as Record<string, string>));
    for (const { type, data } of told as { type: 'call.started' | 'call.ended'; data: unknown }[]) {
      expect(z.strictObject(webhookData[type].shape).parse(data)).toEqual(data);
    }
    const parties = { id: started.id, kind: 'screen', agent: { email: 'agent1@example.com' } };
    expect(told).toContainEqual(
      expect.objectContaining({
        type: 'call.started',
        data: { call: expect.objectContaining({ ...parties, agent: started.agent, state: 'ringing' }) },
      }),
    );
    expect(told).toContainEqual(
      expect.objectContaining({
        type: 'call.ended',
        data: { call: expect.objectContaining({ id: started.id, state: 'ended', reason: 'declined' }) },
      }),
    );
    for (const peer of [visitor, agent]) peer.close();
    await clear();
  });

  test('that never rang are not told of', async () => {
    const target = await receiver();
    const { id } = await create(target.url);
    const visitor = await Peer.visitor(service.url, {
      page: { url: 'http://shop.test/', title: 'Shop', state: 'active', screen: false },
    });
    await visitor.request('visitor.tag', { email: 'phone@example.com' });
    const { visitorId } = await visitor.event('visitor.welcome');
    const agent = await Peer.agent(service.url, service.token());
    const { call: ended } = await agent.request('calling.start', { visitorId, kind: 'screen' });
    expect(ended.reason).toBe('unsupported');
    expect((await call('GET', `webhooks/${id}/deliveries`)).body.items).toEqual([]);
    for (const peer of [visitor, agent]) peer.close();
    await clear();
  });

  test('that the server’s stop ends are told of after the next start', async () => {
    const target = await receiver();
    const { id } = await create(target.url);
    const delivered = (count: number) =>
      until(async () => {
        const { items } = (await call<Delivery>('GET', `webhooks/${id}/deliveries?state=delivered`)).body;
        expect(items).toHaveLength(count);
      });
    const { visitor, agent, started } = await ring();
    // What the stop would cut off is sent once more.
    await delivered(1);
    target.answer = silent;
    await service.stop({ keepData: true });
    target.answer = always(204);
    service = await TestService.start({ data: service.data, ...options });
    await delivered(2);
    const last = JSON.parse(target.received.at(-1)?.body ?? '{}');
    expect(last).toMatchObject({ type: 'call.ended', data: { call: { id: started.id, reason: 'disconnected' } } });
    for (const peer of [visitor, agent]) peer.close();
    await clear();
  });
});

test('[HOOK-20] metrics count tries by what the delivery is after them', async () => {
  const target = await receiver();
  const { id } = await create(target.url);
  await call('POST', `webhooks/${id}/test`);
  const text = await (await fetch(`${service.url}/metrics`)).text();
  expect(text).toMatch(/^coview_webhook_tries_total\{state="delivered"\} \d+$/m);
});
