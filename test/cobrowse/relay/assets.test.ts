import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentId, CobrowseId, SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { defaultSiteSettings, type Site } from '#protocol/site.ts';
import { AssetFetcher } from '#signaling/cobrowse/AssetFetcher.ts';
import { Assets, type usualAssetLimits } from '#signaling/cobrowse/Assets.ts';
import { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { TargetGuard } from '#signaling/net/TargetGuard.ts';
import { ADMIN_TOKEN, API_KEY, ann, demoSite, USER_TOKEN } from '#test/http/fakes.ts';
import { problemOf, type Running, raw, start } from '#test/http/harness.ts';
import { png } from '#test/http/sampleFiles.ts';

const MIB = 1024 * 1024;
const shop = 'https://shop.example';
const visitorTokens = new VisitorTokens('a secret for tests, at least 32 characters long');
const { token, visitorId } = visitorTokens.issue(demoSite.id);
const session = newId<CobrowseId>('cb');
const site = (id: string): Site => ({
  ...demoSite,
  id: id as SiteId,
  settings: { ...defaultSiteSettings, allowedOrigins: [shop] },
});
const sites = new Map([site('demo'), site('other')].map((known) => [known.id, known]));

let folder: string;
let assets: Assets;
let server: Running;
/** Who may, as the service would know. */
let sharing: { site: string; id: CobrowseId; visitor: VisitorId; watching: AgentId | undefined }[];

const open = async (limits?: Partial<typeof usualAssetLimits>) => {
  folder = await mkdtemp(join(tmpdir(), 'coview-assets-'));
  assets = await Assets.create({ folder, limits });
  sharing = [{ site: 'demo', id: session, visitor: visitorId, watching: ann.id }];
  assets.open(session);
  server = await start({
    cobrowse: {
      assets,
      fetcher: new AssetFetcher({ assets, guard: new TargetGuard({ allowPrivate: false, allowHttp: true }) }),
      access: {
        shares: (where, id, visitor) =>
          sharing.some((one) => one.site === where && one.id === id && one.visitor === visitor),
        watches: (where, id, agent) =>
          sharing.some((one) => one.site === where && one.id === id && one.watching === agent),
      },
      visitorTokens,
    },
    sites: { get: (id) => sites.get(id), find: (id) => sites.get(id), list: () => [...sites.values()] },
  });
};
beforeEach(() => open());
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const address = (hash: string, { id = session as string, where = 'demo' } = {}) =>
  `${server.url}/cobrowse/${where}/${id}/assets/${hash}`;

interface Sent {
  type?: string;
  hash?: string;
  by?: string | null;
  id?: string;
  where?: string;
  headers?: Record<string, string>;
}
const send = (body: Buffer | ReadableStream, { type = 'image/png', by = token, headers = {}, ...place }: Sent = {}) =>
  fetch(address(place.hash ?? hashOf(body as Buffer), place), {
    method: 'POST',
    headers: { 'content-type': type, ...(by === null ? {} : { authorization: `Bearer ${by}` }), ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
const get = (hash: string, by: string | null = USER_TOKEN, place = {}) =>
  fetch(address(hash, place), { headers: by === null ? {} : { authorization: `Bearer ${by}` } });

const filesOf = (id = session) => readdir(join(folder, id)).catch(() => []);
const svg = (more = '') => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${more}</svg>`);
const css = Buffer.from('@font-face { font-family: X; src: url(asset:3) }');
const woff = Buffer.concat([Buffer.from('wOF2\0\x01\0\0'), Buffer.alloc(60)]);
const gif = (padding: number) => Buffer.concat([Buffer.from('GIF89a\x01\0\x01\0\0\0\0'), Buffer.alloc(padding)]);

describe('[RELAY-21] what a page is made of', () => {
  test.each([
    ['a picture', png, 'image/png', 'image/png'],
    ['a picture under another picture’s name', png, 'image/webp', 'image/png'],
    ['a drawing', svg(), 'image/svg+xml', 'image/svg+xml'],
    ['a style sheet', css, 'text/css; charset=utf-8', 'text/css'],
    ['a font', woff, 'font/woff2', 'font/woff2'],
  ])('%s comes from the visitor and goes to the agent who watches', async (_what, bytes, type, kept) => {
    const hash = hashOf(bytes);
    expect(assets.missing(session, [hash])).toEqual([hash]);
    const sent = await send(bytes, { type });
    expect([sent.status, await sent.json()]).toEqual([201, { hash, type: kept }]);
    expect(assets.missing(session, [hash, 'f'.repeat(64)])).toEqual(['f'.repeat(64)]);
    for (const reader of [USER_TOKEN, token]) {
      const read = await get(hash, reader);
      expect(read.status).toBe(200);
      expect(Buffer.from(await read.arrayBuffer())).toEqual(bytes);
      expect(read.headers.get('content-type')).toBe(kept);
    }
  });

  test('runs nothing and stays in no cache, whoever opens it', async () => {
    const bytes = svg('<script>alert(1)</script>');
    await send(bytes, { type: 'image/svg+xml' });
    const { headers } = await get(hashOf(bytes));
    expect(headers.get('content-security-policy')).toContain("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is taken once, also when it comes several times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(png)));
    for (const answer of answers) expect(answer.status).toBe(201);
    expect(await filesOf()).toEqual([hashOf(png)]);
    expect((await send(png)).status).toBe(201);
  });

  test('pages of the site’s origins may send and read it, no others', async () => {
    const hash = hashOf(png);
    const ask = (origin: string, method: string) =>
      fetch(address(hash), { method, headers: { origin, 'access-control-request-method': 'POST' } });
    const greeted = await ask(shop, 'OPTIONS');
    expect(greeted.status).toBe(204);
    expect(greeted.headers.get('access-control-allow-origin')).toBe(shop);
    expect(greeted.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect((await ask('https://evil.example', 'OPTIONS')).status).toBe(403);
    expect((await send(png, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const sent = await send(png, { headers: { origin: shop } });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([201, shop]);
  });
});

describe('[RELAY-22] what is not what it says is refused, and leaves nothing', () => {
  afterEach(async () => expect(await filesOf()).toEqual([]));

  test.each([
    ['another hash', png, { hash: 'a'.repeat(64) }],
    ['HTML as a picture', Buffer.from('<!doctype html><script>1</script>'), {}],
    ['HTML as a drawing', Buffer.from('<html><svg></svg></html>'), { type: 'image/svg+xml' }],
    ['a picture as a style sheet', png, { type: 'text/css' }],
    ['a font as a picture', woff, { type: 'image/png' }],
    ['a drawing as a style sheet', svg(), { type: 'text/css' }],
    ['bytes as a style sheet', Buffer.from('a\0b'), { type: 'text/css' }],
    ['a program', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(500)]), { type: 'image/png' }],
    ['nothing', Buffer.alloc(0), {}],
    ['a drawing that takes for ever to be none', Buffer.from(`${'<!---->'.repeat(2_000)}x`), { type: 'image/svg+xml' }],
    ['a script', Buffer.from('alert(1)'), { type: 'text/javascript' }],
    ['HTML', Buffer.from('<p>x</p>'), { type: 'text/html' }],
    ['a type that only begins so', png, { type: 'text/cssx' }],
    ['without a type', png, { type: '' }],
    ['packed', png, { headers: { 'content-encoding': 'gzip' } }],
  ])('%s', async (_what, bytes, sent) => {
    const answer = await send(bytes, sent);
    expect([answer.status, (await problemOf(answer)).code]).toEqual([400, 'INVALID_INPUT']);
  });

  test('a body that breaks off', async () => {
    const { port } = server;
    const asked = request({
      port,
      method: 'POST',
      path: `/cobrowse/demo/${session}/assets/${hashOf(png)}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', 'content-length': 1000 },
    });
    asked.on('error', () => {});
    asked.write(png);
    await expect.poll(() => filesOf()).not.toEqual([]);
    asked.destroy();
    await expect.poll(() => filesOf()).toEqual([]);
  });
});

describe('[RELAY-23] too much', () => {
  const code = async (answer: Promise<Response>) => (await problemOf(await answer)).code;

  test('is refused by the asset, said or not, before all of it is read', async () => {
    expect(await code(send(gif(5 * MIB)))).toBe('PAYLOAD_TOO_LARGE');
    let pulled = 0;
    let over = false;
    const endless = new ReadableStream({
      // Node’s fetch goes on pulling when its socket is gone, and lets nobody else have a turn where nothing waits.
      pull: async (controller) => {
        await setImmediate();
        if (over || ++pulled > 2_000) controller.close();
        else controller.enqueue(gif(64 * 1024));
      },
    });
    const answer = await send(endless, { hash: 'a'.repeat(64) }).catch(() => undefined);
    over = true;
    if (answer) expect((await problemOf(answer)).code).toBe('PAYLOAD_TOO_LARGE');
    expect(pulled).toBeLessThan(1_000);
    await expect.poll(() => filesOf()).toEqual([]);
  });

  test('is refused by the session and by the server, and what ended makes room', async () => {
    await server.close();
    await open({ session: 2_000, total: 3_000 });
    const other = newId<CobrowseId>('cb');
    assets.open(other);
    sharing.push({ site: 'demo', id: other, visitor: visitorId, watching: undefined });
    expect((await send(gif(1_500), { type: 'image/gif' })).status).toBe(201);
    expect(await code(send(gif(600), { type: 'image/gif' }))).toBe('PAYLOAD_TOO_LARGE');
    expect((await send(gif(300), { type: 'image/gif' })).status).toBe(201);
    expect(await code(send(gif(1_600), { type: 'image/gif', id: other }))).toBe('UNAVAILABLE');
    assets.close(session);
    expect((await send(gif(1_600), { type: 'image/gif', id: other })).status).toBe(201);
  });

  test('is refused by number', async () => {
    await server.close();
    await open({ count: 2 });
    for (const size of [1, 2]) expect((await send(gif(size), { type: 'image/gif' })).status).toBe(201);
    expect(await code(send(gif(3), { type: 'image/gif' }))).toBe('RATE_LIMITED');
    expect((await send(gif(2), { type: 'image/gif' })).status).toBe(201);
  });
});

test('[RELAY-23] few are on their way at a time: each holds a file open', async () => {
  await server.close();
  await open({ atOnce: 2 });
  const finish: (() => void)[] = [];
  const trickle = () =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(gif(100));
        finish.push(() => controller.close());
      },
    });
  const going = [1, 2].map(() => send(trickle(), { hash: hashOf(gif(100)), type: 'image/gif' }));
  await expect.poll(async () => (await filesOf()).length).toBe(2);
  expect((await send(png)).status).toBe(429);
  for (const end of finish) end();
  for (const answer of await Promise.all(going)) expect(answer.status).toBe(201);
  expect((await send(png)).status).toBe(201);
});

describe('[RELAY-24] to everybody else there is no such session', () => {
  const hash = hashOf(png);
  const stranger = visitorTokens.issue(demoSite.id).token;
  const elsewhere = visitorTokens.issue('other' as SiteId).token;

  test.each([
    ['another visitor', { by: stranger }, 404],
    ['a visitor of another site', { by: elsewhere }, 401],
    ['a visitor of another site, under that site', { by: elsewhere, where: 'other' }, 404],
    ['the visitor, under another site', { where: 'other' }, 401],
    ['the visitor, into another session', { id: newId('cb') }, 404],
    ['an agent who watches', { by: USER_TOKEN }, 403],
    ['an API key', { by: API_KEY }, 401],
    ['nobody', { by: null }, 401],
    ['somebody who made it up', { by: 'x'.repeat(60) }, 401],
  ])('%s sends nothing into it', async (_who, sent, status) => {
    expect((await send(png, sent)).status).toBe(status);
    expect(await filesOf()).toEqual([]);
  });

  test('and reads nothing of it', async () => {
    await send(png);
    const other = newId<CobrowseId>('cb');
    assets.open(other);
    sharing.push({ site: 'demo', id: other, visitor: visitorTokens.issue(demoSite.id).visitorId, watching: ann.id });
    const readers: [string | null, object, number][] = [
      [stranger, {}, 404],
      [elsewhere, {}, 401],
      [API_KEY, {}, 401],
      [null, {}, 401],
      // Watches another session: what is in this one is not in that one.
      [USER_TOKEN, { id: other }, 404],
      [USER_TOKEN, { where: 'other' }, 401],
    ];
    for (const [by, place, status] of readers) expect((await get(hash, by, place)).status).toBe(status);
    sharing[0] = { site: 'demo', id: session, visitor: visitorId, watching: undefined };
    for (const by of [USER_TOKEN, ADMIN_TOKEN]) expect((await get(hash, by)).status).toBe(404);
    expect((await get(hash, token)).status).toBe(200);
  });
});

describe('[RELAY-25] addresses', () => {
  test.each([
    `/cobrowse/demo/${session}/assets/..%2f..%2fcoview.sqlite`,
    `/cobrowse/demo/${session}/assets/../../../coview.sqlite`,
    `/cobrowse/demo/..%2f..%2f/assets/${'a'.repeat(64)}`,
    `/cobrowse/demo/${session}/assets/${'A'.repeat(64)}`,
    `/cobrowse/demo/${session}/assets/${'a'.repeat(63)}`,
    `/cobrowse/demo/${session}/assets/${'a'.repeat(64)}%00`,
    `/cobrowse/demo/${session}/assets/0.arriving`,
    `/cobrowse/nowhere/${session}/assets/${'a'.repeat(64)}`,
    `/cobrowse/demo/${session}/assets/`,
    `/cobrowse/demo/${session}`,
  ])('%s leads nowhere', async (path) => {
    await writeFile(join(folder, 'coview.sqlite'), 'secret');
    for (const method of ['GET', 'POST']) {
      const answer = await raw(
        server.port,
        path,
        { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
        method,
      );
      expect([400, 404, 405]).toContain(answer.status);
      expect(answer.text).not.toContain('secret');
    }
  });

  test('take what they are for', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect(
        (await fetch(address(hashOf(png)), { method, headers: { authorization: `Bearer ${token}` } })).status,
      ).toBe(405);
    const head = await fetch(address(hashOf(png)), { method: 'HEAD', headers: { authorization: `Bearer ${token}` } });
    expect(head.status).toBe(404);
  });
});

describe('[RELAY-26] when a session ends', () => {
  test('everything of it is gone, at once and from the disk, also what was on its way', async () => {
    await send(png);
    let more: (bytes: Buffer) => void = () => {};
    const body = new ReadableStream({
      start: (controller) => {
        more = (bytes) => {
          controller.enqueue(bytes);
          controller.close();
        };
        controller.enqueue(gif(100));
      },
    });
    const late = send(body, { hash: 'a'.repeat(64), type: 'image/gif' });
    await expect.poll(async () => (await filesOf()).length).toBe(2);
    assets.close(session);
    assets.close(session);
    expect((await get(hashOf(png))).status).toBe(404);
    expect((await send(png)).status).toBe(404);
    more(gif(100));
    expect((await late).status).toBe(404);
    await expect.poll(() => readdir(folder)).toEqual([]);
    expect(assets.missing(session, ['a'.repeat(64)])).toHaveLength(1);
  });

  test('and what a process left behind is gone when the next one starts', async () => {
    await send(png);
    await Assets.create({ folder });
    expect(await readdir(folder)).toEqual([]);
  });
});
