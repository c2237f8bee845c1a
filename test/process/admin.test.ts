import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Peer } from '#test/support/Peer.ts';
import { Server } from './Server.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

let data: string;
let server: Server;
let url: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'coview-admin-'));
  server = new Server({
    COVIEW_DATA: data,
    NODE_ENV: 'production',
    COVIEW_SECRET: 'a production secret of 32 or more characters',
    IDENTITY_MODE: 'signed',
    PUBLIC_URL: 'https://help.example.com',
    WEBHOOK_ALLOW_PRIVATE: '1',
    LOG_LEVEL: 'info',
  });
  const [, port] = await server.prints(/"port":(\d+),"msg":"CoView is running"/);
  url = `http://localhost:${port}`;
});
afterEach(async () => {
  await server.kill();
  await rm(data, { recursive: true, force: true });
});

/** What the admin program prints, run beside the server over the same data. */
async function admin(...args: string[]): Promise<string> {
  const environment = { PATH: process.env['PATH'], COVIEW_DATA: data };
  const { stdout } = await run(process.execPath, ['signaling/admin.ts', ...args], { cwd: root, env: environment });
  return stdout;
}

async function makeSite(name: string): Promise<string> {
  const printed = await admin('site', 'create', name, 'My shop', '--origin', 'https://shop.example');
  return /cvk_[\w-]+/.exec(printed)?.[0] ?? '';
}

async function rest<T = Record<string, unknown>>(key: string, verb: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/rest/v1/${path}`, {
    method: verb,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const script = async (name: string) => (await fetch(`${url}/cdn/js/${name}.js`)).status;

test('[SITE-30] a site that the admin program makes is there at once: for its script, its pages, its key', async () => {
  expect(await script('shop')).toBe(404);
  await makeSite('shop');
  expect(await script('shop')).toBe(200);
  await makeSite('second');
  const origin = { extraHeaders: { origin: 'https://shop.example' } };
  (await Peer.visitor(url, { site: 'second' }, origin)).close();
  await expect(Peer.visitor(url, { site: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const key = await makeSite('third');
  const { status, body } = await rest(key, 'GET', 'site');
  expect([status, body]).toMatchObject([200, { id: 'third', settings: { allowedOrigins: ['https://shop.example'] } }]);
  await expect(makeSite('third')).rejects.toMatchObject({ stderr: 'There is a site “third” already.\n' });
  const listed = (await admin('site', 'list')).trim().split('\n');
  expect(listed.map((line) => line.split('\t')[0])).toEqual(['second', 'shop', 'third']);
});

test('[SITE-30] everything that a site begins with works on one made beside the server: agents, routing, rules, hooks, signed identities', async () => {
  const told: { type: string }[] = [];
  const target = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      told.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((done) => target.listen(0, '127.0.0.1', done));
  try {
    const key = await makeSite('shop');
    await rest(key, 'PUT', 'agents', { agents: [{ email: 'erin@example.com', name: 'Erin' }] });
    const { body: issued } = await rest<{ token: string }>(key, 'POST', 'agents/erin@example.com/token');
    const hook = `http://127.0.0.1:${(target.address() as AddressInfo).port}/hook`;
    expect((await rest(key, 'POST', 'webhooks', { url: hook, events: ['message.new'] })).status).toBe(201);
    const rule = { name: 'Hello', conditions: [], actions: [{ type: 'greet', text: 'Hello' }] };
    expect((await rest(key, 'POST', 'action-rules', rule)).status).toBe(201);
    expect((await rest(key, 'POST', 'identity-keys', { kid: 'one' })).status).toBe(201);
    await rest(key, 'PUT', 'site', { settings: { routing: { maxChats: 1 } } });

    const erin = await Peer.agent(url, issued.token, { site: 'shop' });
    await erin.event('agent.welcome');
    const visitor = await Peer.visitor(url, { site: 'shop' });
    const { state } = await visitor.event('visitor.welcome');
    expect(state).toMatchObject({ agents: { online: true, available: true }, rules: [{ actions: rule.actions }] });
    await expect(visitor.request('visitor.tag', { email: 'john@example.com' })).rejects.toMatchObject({
      code: 'SIGNATURE_REQUIRED',
    });
    const id = `m_${'M'.repeat(22)}`;
    await visitor.request('chat.send', { message: { id: id as never, text: 'Is anybody there?' } });
    const conversations = () => rest<{ items: { assignedUser?: string }[] }>(key, 'GET', 'conversations');
    await expect.poll(async () => (await conversations()).body.items).toMatchObject([{ assignee: 'erin@example.com' }]);
    await expect.poll(async () => (await visitor.request('site.state', {})).agents.available).toBe(false);
    await expect.poll(() => told.map(({ type }) => type)).toEqual(['message.new']);
    visitor.close();
    erin.close();
  } finally {
    target.close();
  }
});
