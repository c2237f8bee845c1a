import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Customer } from '#protocol/identity.ts';
import type { CustomerId, FileId, SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import { aCall, aCobrowse, aConversation, aFile, aMessage, aNote, written } from '#test/store/records.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';

const demo = 'demo' as SiteId;
const anna = 'agent1@example.com';
const admin = 'admin@example.com';

let service: TestService;
const open: Peer[] = [];
beforeEach(async () => {
  service = await TestService.start();
});
afterEach(async () => {
  for (const peer of open.splice(0)) peer.close();
  await service.stop();
});

async function rest<T = Record<string, unknown>>(verb: string, path: string, body?: unknown, as?: string) {
  const response = await service.rest(verb, path, body, as && service.token(as));
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}
async function visitor(auth?: Record<string, unknown>, options?: Record<string, unknown>): Promise<Peer> {
  const peer = await Peer.visitor(service.url, auth, options);
  open.push(peer);
  return peer;
}
async function agent(email = anna): Promise<Peer> {
  const peer = await Peer.agent(service.url, service.token(email));
  open.push(peer);
  return peer;
}
const customerOf = async (query: string) =>
  (await rest<{ items: Customer[] }>('GET', `customers?query=${query}`)).body.items[0]?.customerId as CustomerId;

/** A conversation with text, a file and a note, as the chat would leave it. */
async function talk(customerId: CustomerId, visitorId: VisitorId, text: string): Promise<ConversationRecord> {
  const { chat, customers } = service.coview.store;
  const customer = await customers.get(demo, customerId);
  if (!customer) throw new Error('no such customer');
  const conversation = await chat.begin(aConversation(customer));
  const fileId = newId<FileId>('f');
  await chat.addFile(aFile({ site: demo, id: fileId, name: `${text}.png`, uploader: `visitor:${visitorId}` }));
  const folder = join(service.data, 'files', demo);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, fileId), `the bytes of ${text}`);
  const about = { site: demo, uploader: `visitor:${visitorId}` };
  await written(
    service.coview.store,
    aMessage(conversation, { ...about, text }),
    aMessage(conversation, { ...about, text: `${text} with a file`, fileId }),
  );
  await chat.addNote(aNote(conversation, { text: `${text}, noted` }));
  return conversation;
}

/** Whether the marker stands anywhere in the data folder: rows, indexes, log, freed pages, files. */
async function isKept(marker: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(service.data, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(marker)) found.push(entry.name);
  }
  return found;
}

describe('[CUST-5] an export', () => {
  test('holds everything that is kept of a person, and is for admins and the site', async () => {
    const peer = await visitor();
    const { visitorId } = await peer.event('visitor.welcome');
    await peer.request('visitor.tag', { email: 'export@example.com', firstname: 'Eva', labels: ['vip'] });
    const customerId = await customerOf('export@example.com');
    await rest('PUT', `customers/${customerId}/assignment`, { user: anna });
    const { id } = await talk(customerId, visitorId, 'Hello there');
    await service.coview.store.calls.save(
      aCall({ site: demo, customerId, visitorId, state: 'ended', reason: 'ended' }),
      [],
    );
    await service.coview.store.cobrowses.save(
      aCobrowse({ site: demo, customerId, visitorId, state: 'ended', reason: 'revoked' }),
      [],
    );
    const many = Array.from({ length: 250 }, (_, n) => aMessage({ site: demo, id }, { text: `message ${n}` }));
    await written(service.coview.store, ...many);
    const { status, body } = await rest('GET', `customers/${customerId}/export`, undefined, admin);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      customer: { customerId, email: 'export@example.com', firstname: 'Eva', labels: ['vip'], assignedUser: anna },
      conversation: { id, customerId, lastSeq: 252, present: { visitorId } },
      notes: [{ text: 'Hello there, noted' }],
      calls: [{ visitorId, state: 'ended', reason: 'ended' }],
      cobrowses: [{ visitorId, state: 'ended', reason: 'revoked', startedBy: 'agent' }],
      audit: [
        { action: 'customer.assigned', actor: 'site', detail: { user: anna } },
        { action: 'customer.exported', actor: `agent:${admin}` },
      ],
    });
    const messages = body['messages'] as { seq: number; text: string; file?: { name: string; path: string } }[];
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 252 }, (_, n) => n + 1));
    expect(messages[1]).toMatchObject({ text: 'Hello there with a file', file: { name: 'Hello there.png' } });
    expect((await rest('GET', `customers/${customerId}/export`, undefined, anna)).status).toBe(403);
    expect((await rest('GET', `customers/${newId('cu')}/export`)).status).toBe(404);
  });

  test('[CUST-32] stands in the audit log with who asked for it; one that was refused does not', async () => {
    const { body } = await rest('POST', 'customers/tag', { email: 'audited@example.com' });
    const path = `customers/${body['customerId']}`;
    for (const as of [admin, undefined, anna]) await rest('GET', `${path}/export`, undefined, as);
    await rest('GET', `customers/${newId('cu')}/export`);
    const { body: audit } = await rest<{ items: { action: string; subject: string; actor: string }[] }>('GET', 'audit');
    const told = audit.items.filter(({ action }) => action === 'customer.exported');
    expect(told.map(({ subject, actor }) => ({ subject, actor }))).toEqual([
      { subject: body['customerId'], actor: 'site' },
      { subject: body['customerId'], actor: `agent:${admin}` },
    ]);
  });
});

describe('[CUST-6] an erasure', () => {
  test('takes everything, down to the bytes in the data folder', async () => {
    const peer = await visitor();
    const { visitorId } = await peer.event('visitor.welcome');
    const marks = ['erased@example.com', 'Ermintrude', 'a very personal message', 'a golden plan'];
    const [email, firstname, text, plan] = marks as [string, string, string, string];
    await peer.request('visitor.tag', { email, firstname, additionalTaggingData: { plan } });
    const customerId = await customerOf(email);
    const { id } = await talk(customerId, visitorId, text);
    expect((await Promise.all(marks.map(isKept))).flat()).not.toEqual([]);
    const { chat, customers, calls, cobrowses } = service.coview.store;
    await calls.save(aCall({ site: demo, customerId, visitorId, state: 'ended' }), []);
    await cobrowses.save(aCobrowse({ site: demo, customerId, visitorId, state: 'ended' }), []);

    expect((await rest('DELETE', `customers/${customerId}`, undefined, anna)).status).toBe(403);
    expect((await rest('DELETE', `customers/${customerId}`, undefined, admin)).status).toBe(204);
    expect((await rest('DELETE', `customers/${customerId}`)).status).toBe(404);
    for (const path of ['', '/export']) expect((await rest('GET', `customers/${customerId}${path}`)).status).toBe(404);
    expect(await customers.findByVisitor(demo, visitorId)).toBeUndefined();
    expect(await chat.get(demo, id)).toBeUndefined();
    expect(await chat.history(demo, id, { limit: 50 })).toEqual([]);
    expect((await calls.list(demo, { limit: 50, customerId })).items).toEqual([]);
    expect((await cobrowses.list(demo, { limit: 50, customerId })).items).toEqual([]);
    const { items } = (await rest<{ items: object[] }>('GET', `audit?subject=${customerId}`)).body;
    expect(items).toMatchObject([{ action: 'customer.erased', actor: `agent:${admin}`, detail: { reason: 'asked' } }]);
    await service.coview.close();
    expect((await Promise.all(marks.map(isKept))).flat()).toEqual([]);
  });

  test('also answers that were kept for requests sent again', async () => {
    const headers = (key: string) => ({
      authorization: `Bearer ${service.demo.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    });
    const post = (key: string, path: string, body: object) =>
      fetch(`${service.url}/rest/v1/${path}`, { method: 'POST', headers: headers(key), body: JSON.stringify(body) });
    const tag = { email: 'replayed@example.com', firstname: 'Ermintrude' };
    const { customerId } = (await (await post('tag', 'customers/tag', tag)).json()) as Customer;
    const { id } = await talk(customerId, newId<VisitorId>('v'), 'Hello');
    const message = { text: 'We know where you live' };
    expect((await post('message', `conversations/${id}/messages`, message)).status).toBe(201);

    expect((await rest('DELETE', `customers/${customerId}`)).status).toBe(204);
    expect((await post('message', `conversations/${id}/messages`, message)).status).toBe(404);
    const again = await post('tag', 'customers/tag', tag);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
    expect(((await again.json()) as Customer).customerId).not.toBe(customerId);
  });

  test('during a live session: the call ends, pages are somebody new, agents see nobody, and nothing comes back', async () => {
    const email = 'live@example.com';
    const [first, second] = [await visitor(), await visitor()];
    for (const peer of [first, second]) await peer.request('visitor.tag', { email, firstname: 'Live' });
    const [one, two] = [await first.event('visitor.welcome'), await second.event('visitor.welcome')];
    const watcher = await agent();
    await watcher.request('presence.watch', { on: true });
    const { call } = await watcher.request('calling.start', { visitorId: one.visitorId, kind: 'screen' });
    await first.event('calling.offer');
    const customerId = await customerOf(email);
    expect((await rest('DELETE', `customers/${customerId}`)).status).toBe(204);

    await watcher.event('calling.changed', ({ call: { id, state } }) => id === call.id && state === 'ended');
    await watcher.event('presence.changed', ({ gone }) => gone.includes(one.visitorId));
    const nexts = await Promise.all([first, second].map((peer) => peer.event('visitor.replaced')));
    await Promise.all([first.ended(), second.ended()]);
    for (const next of nexts) expect([one.visitorId, two.visitorId]).not.toContain(next.visitorId);
    expect(await watcher.request('presence.list', {})).toEqual([]);
    expect((await rest<{ items: object[] }>('GET', 'calls')).body.items).toEqual([]);

    // Neither the new identity nor one that an old page still holds is anybody.
    for (const token of [nexts[0]?.token, one.token]) {
      const back = await visitor({ token });
      expect((await back.event('visitor.welcome')).person).toBeUndefined();
      expect((await back.request('chat.history', {})).chat).toBeUndefined();
      expect((await back.request('visitor.tag', { email })).person).not.toHaveProperty('firstname');
    }
  });

  test('takes what an anonymous writer left too', async () => {
    const peer = await visitor();
    const { visitorId } = await peer.event('visitor.welcome');
    await peer.request('chat.send', { message: { id: newId('m'), text: 'anonymous words' } });
    const customer = await service.coview.store.customers.findByVisitor(demo, visitorId);
    expect((await rest('DELETE', `customers/${customer?.customerId}`)).status).toBe(204);
    await peer.event('visitor.replaced');
    await peer.ended();
    await service.coview.close();
    expect(await isKept('anonymous words')).toEqual([]);
  });

  test('tags and messages that arrive meanwhile come before it, or are somebody new’s', async () => {
    const email = 'race@example.com';
    const peers = await Promise.all(Array.from({ length: 5 }, () => visitor()));
    for (const peer of peers) await peer.request('visitor.tag', { email, firstname: 'Old' });
    const customerId = await customerOf(email);
    const late = peers.map((peer, n) =>
      peer.raw('visitor.tag', { additionalTaggingData: { [`k${n}`]: n } }).catch(() => {}),
    );
    const [{ status }] = await Promise.all([rest('DELETE', `customers/${customerId}`), ...late]);
    expect(status).toBe(204);
    expect((await rest('GET', `customers/${customerId}`)).status).toBe(404);
    expect(await service.coview.store.customers.findByEmail(demo, email)).toBeUndefined();
  });
});
