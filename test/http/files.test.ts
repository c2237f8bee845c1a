import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FileView } from '#protocol/files.ts';
import type { FileId, SiteId } from '#protocol/ids.ts';
import { defaultSiteSettings, type Site } from '#protocol/site.ts';
import { Files } from '#signaling/chat/Files.ts';
import { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { testDatabase } from '#test/support/testDatabase.ts';
import { API_KEY, demoSite, siteLookup, USER_TOKEN } from './fakes.ts';
import { problemOf, type Running, raw, start, startHere } from './harness.ts';
import { png, refused, taken } from './sampleFiles.ts';

const MAX_BYTES = 100_000;
const secret = 'a secret for tests, at least 32 characters long';
const visitorTokens = new VisitorTokens(secret);
const { token, visitorId } = visitorTokens.issue(demoSite.id);
const shop = 'https://shop.example';

let server: Running;
let store: TypeOrmStore;
let folder: string;
let files: Files;
let site: Site;
const settings = (enabled = true): Site => ({
  ...demoSite,
  settings: {
    ...defaultSiteSettings,
    allowedOrigins: [shop],
    chat: { visibility: 'visible', files: { enabled, maxBytes: MAX_BYTES } },
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coview-files-'));
  store = await TypeOrmStore.open(await testDatabase());
  await store.sites.create(demoSite, 'hash');
  files = await Files.open({ folder, secret, store: store.chat, log: pino({ level: 'silent' }) });
  site = settings();
  server = await start({
    files: { files, visitorTokens },
    sites: { ...siteLookup(demoSite), get: (id) => (id === demoSite.id ? site : undefined) },
  });
});
afterAll(async () => {
  await server.close();
  files.close();
  await store.close();
  await rm(folder, { recursive: true });
});

const upload = (body: Buffer | ReadableStream, name = 'picture.png', headers: Record<string, string> = {}) =>
  fetch(`${server.url}/files/demo`, {
    method: 'POST',
    headers: { authorization: `Bearer ${newVisitor()}`, 'x-file-name': encodeURIComponent(name), ...headers },
    body,
    duplex: 'half',
  } as RequestInit);

/** Each may leave a few files unsent only. */
const newVisitor = () => visitorTokens.issue(demoSite.id).token;

async function kept(body: Buffer, name?: string): Promise<FileView> {
  const response = await upload(body, name);
  expect(response.status).toBe(201);
  return (await response.json()) as FileView;
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('what is taken', () => {
  it.each(taken)('[FILE-1] %s by its bytes, whatever it is called', async (name, body, type, keptName) => {
    const response = await upload(body, name, { 'content-type': 'text/html' });
    const view = (await response.json()) as FileView;
    expect([response.status, view.type, view.name, view.size]).toEqual([201, type, keptName, body.length]);
    const answer = await fetch(server.url + view.path);
    expect(answer.headers.get('content-type')?.split(';')[0]).toBe(type);
    expect(await bytesOf(answer)).toEqual(body);
  });

  it.each(refused)('[FILE-1] not %s, with cause and cure, and nothing of it stays', async (name, body) => {
    const before = await readdir(folder, { recursive: true });
    const problem = await problemOf(await upload(body, name));
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', detail: expect.stringContaining('ZIP') });
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('[FILE-1] nothing empty, nothing packed', async () => {
    expect((await problemOf(await upload(Buffer.alloc(0)))).detail).toContain('empty');
    expect((await problemOf(await upload(png, 'a.png', { 'content-encoding': 'gzip' }))).code).toBe('INVALID_INPUT');
  });

  it.each([
    ['../../etc/passwd', 'passwd.png'],
    ['C:\\Users\\me\\photo.png', 'photo.png'],
    ['.htaccess.png', 'htaccess.png'],
    ['a\r\nSet-Cookie: b=c.png', 'a Set-Cookie b=c.png'],
    ['photo\u202Egnp.exe', 'photognp.exe.png'],
    ['<script>"x"</script>.png', 'script.png'],
    ['', 'file.png'],
    ['...', 'file.png'],
    ['Grüße 你好 😀.png', 'Grüße 你好 😀.png'],
    [`${'x'.repeat(500)}.png`, `${'x'.repeat(200)}.png`],
  ])('[FILE-2] the name %j becomes %j and is never a path', async (name, expected) => {
    const view = await kept(png, name);
    expect(view.name).toBe(expected);
    expect(view.path).not.toContain('passwd');
    const { headers } = await raw(server.port, view.path);
    expect(headers).not.toHaveProperty('set-cookie');
    const [, exact = ''] = /filename\*=UTF-8''(\S+)$/.exec(String(headers['content-disposition'])) ?? [];
    expect(decodeURIComponent(exact)).toBe(expected);
  });

  it('[FILE-2] a name that is no percent-encoded UTF-8 is refused', async () => {
    expect((await upload(png, 'x', { 'x-file-name': '%ff' })).status).toBe(400);
    expect((await upload(png, 'x', { 'x-file-name': '%' })).status).toBe(400);
  });
});

describe('how much', () => {
  it('[RUN-23] what the disk does not take is refused as for now', async () => {
    // Whatever the disk says: a folder that is not there is one of many ways.
    const arriving = join(folder, '.arriving');
    await rename(arriving, `${arriving}.gone`);
    const problem = await problemOf(await upload(png));
    await rename(`${arriving}.gone`, arriving);
    expect(problem).toMatchObject({ status: 503, code: 'UNAVAILABLE', detail: expect.stringContaining('try again') });
    expect((await upload(png)).status).toBe(201);
  });

  const chunks = (count: number) =>
    ReadableStream.from(
      (function* () {
        for (let sent = 0; sent < count; sent++) yield Buffer.alloc(10_000, 'x');
      })(),
    );

  it('[FILE-3] a file above the site’s limit is refused by its announced length, and by its bytes', async () => {
    const announced = await upload(Buffer.alloc(MAX_BYTES + 1, 'x'));
    expect([announced.status, (await problemOf(announced)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const streamed = await upload(chunks(MAX_BYTES / 10_000 + 1));
    expect([streamed.status, (await problemOf(streamed)).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect((await upload(chunks(MAX_BYTES / 10_000), 'x.txt')).status).toBe(201);
    expect(await readdir(join(folder, '.arriving'))).toEqual([]);
  });

  it('[FILE-3] one sender leaves at most ten files unsent; what was sent makes room', async () => {
    const mine = { authorization: `Bearer ${newVisitor()}` };
    const views: FileView[] = [];
    for (let count = 0; count < 10; count++) views.push((await (await upload(png, 'a.png', mine)).json()) as FileView);
    expect((await problemOf(await upload(png, 'a.png', mine))).code).toBe('RATE_LIMITED');
    expect((await upload(png)).status).toBe(201);
    const record = await store.chat.getFile(demoSite.id, views[0]?.id as FileId);
    expect(record).toMatchObject({ name: 'a.png' });
    await files.sweep(Date.now() + 1000);
    expect((await upload(png, 'a.png', mine)).status).toBe(201);
  });

  it('[FILE-11] ever new visitors at one address leave only so much unsent, and who comes from elsewhere more', async () => {
    const small = await mkdtemp(join(tmpdir(), 'coview-files-'));
    onTestFinished(() => rm(small, { recursive: true }));
    const unsent = { address: 300_000 };
    const few = await Files.open({ folder: small, secret, store: store.chat, unsent, log: pino({ level: 'silent' }) });
    onTestFinished(() => few.close());
    const { url } = await startHere({ files: { files: few, visitorTokens }, proxies: 1 });
    const from = async (address: string) => {
      const headers = { authorization: `Bearer ${newVisitor()}`, 'x-forwarded-for': address };
      const body = Buffer.alloc(80_000, 'x');
      return fetch(`${url}/files/demo`, { method: 'POST', headers: { ...headers, 'x-file-name': 'x.txt' }, body });
    };
    expect((await from('192.0.2.1')).status).toBe(201);
    expect((await from('192.0.2.1')).status).toBe(201);
    const refusal = await problemOf(await from('192.0.2.1'));
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('wait an hour') });
    expect((await from('192.0.2.2')).status).toBe(201);
    expect(await readdir(join(small, '.arriving'))).toEqual([]);
  });

  it('[FILE-4] what was never sent goes after a while, bytes and all', async () => {
    const view = await kept(png);
    await files.sweep(Date.now() - 60_000);
    expect((await fetch(server.url + view.path)).status).toBe(200);
    await files.sweep(Date.now() + 1000);
    expect((await fetch(server.url + view.path)).status).toBe(404);
    expect(await readdir(join(folder, 'demo'))).not.toContain(view.id);
  });

  it('[FILE-4] what a process that died was taking in goes at the next start', async () => {
    const other = await mkdtemp(join(tmpdir(), 'coview-files-'));
    onTestFinished(() => rm(other, { recursive: true }));
    const options = { folder: other, secret, store: store.chat, log: pino({ level: 'silent' }) };
    const first = await Files.open(options);
    const [begun, dead] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    async function* endless(): AsyncGenerator<Buffer> {
      yield png;
      begun.resolve();
      await dead.promise;
      throw new Error('the sender is gone');
    }
    const taking = first.take({ site: demoSite.id, uploader: 'visitor:x', name: 'x', maxBytes: 1e6, bytes: endless() });
    await begun.promise;
    expect(await readdir(join(other, '.arriving'))).toHaveLength(1);
    first.close();
    (await Files.open(options)).close();
    expect(await readdir(join(other, '.arriving'))).toEqual([]);
    dead.resolve();
    await expect(taking).rejects.toThrow('gone');
  });
});

describe('who', () => {
  it('[FILE-5] a visitor of the site and an agent of the site, and nobody else', async () => {
    const as = async (authorization: string) => (await upload(png, 'a.png', { authorization })).status;
    const elsewhere = visitorTokens.issue('other' as SiteId).token;
    const forged = `${visitorId}.${'A'.repeat(43)}`;
    expect(await as(`Bearer ${token}`)).toBe(201);
    expect(await as(`Bearer ${USER_TOKEN}`)).toBe(201);
    for (const wrong of ['', 'Bearer x', `Bearer ${elsewhere}`, `Bearer ${forged}`, `Bearer ${API_KEY}`]) {
      expect(await as(wrong), wrong).toBe(401);
    }
    const { id } = (await (await upload(png, 'a.png', { authorization: `Bearer ${token}` })).json()) as FileView;
    expect(await store.chat.getFile(demoSite.id, id)).toMatchObject({ uploader: `visitor:${visitorId}` });
  });

  it('[FILE-5] where the site takes none, agents still may', async () => {
    site = settings(false);
    onTestFinished(() => {
      site = settings();
    });
    expect((await problemOf(await upload(png))).code).toBe('FORBIDDEN');
    expect((await upload(png, 'a.png', { authorization: `Bearer ${USER_TOKEN}` })).status).toBe(201);
  });

  it('[FILE-6] pages of the site’s origins may send, others not even ask', async () => {
    const preflight = (origin: string) =>
      fetch(`${server.url}/files/demo`, { method: 'OPTIONS', headers: { Origin: origin } });
    const allowed = await preflight(shop);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': expect.stringContaining('X-File-Name'),
      vary: expect.stringContaining('Origin'),
    });
    const sent = await upload(png, 'a.png', { origin: shop });
    expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([201, shop]);
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example', 'http://shop.example']) {
      const refusal = await preflight(origin);
      expect([refusal.status, refusal.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect((await upload(png, 'a.png', { origin })).status).toBe(403);
    }
    expect((await upload(png, 'a.png', { origin: server.url })).status).toBe(201);
  });

  it('[FILE-6] an unknown site, path or verb is refused', async () => {
    for (const path of ['/files/other', '/files/DEMO', '/files/..%2f', '/files/__proto__']) {
      expect((await fetch(server.url + path, { method: 'POST', body: png })).status, path).toBe(404);
    }
    expect((await fetch(`${server.url}/files/demo`)).status).toBe(405);
    expect((await fetch(`${server.url}/files`)).status).toBe(404);
  });
});

describe('reading', () => {
  it('[FILE-7] harms nobody: its own type, no sniffing, no script, a download unless it is a picture', async () => {
    const shown = await fetch(server.url + (await kept(png)).path);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': expect.stringMatching(/^inline; /),
      'content-security-policy': expect.stringContaining("sandbox; default-src 'none'"),
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    for (const [name, body, type] of taken.filter(([, , type]) => !type.startsWith('image/'))) {
      const { headers } = await fetch(server.url + (await kept(body, name)).path);
      expect([type, headers.get('content-disposition')?.split(';')[0]]).toEqual([type, 'attachment']);
      expect(headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  it('[FILE-8] needs the whole address: anything else is a 404', async () => {
    const [one, two] = [await kept(png), await kept(png)];
    const [, , , id = '', key = ''] = one.path.split('/');
    const wrong = [
      `/files/demo/${id}/${two.path.split('/')[4]}`,
      `/files/other/${id}/${key}`,
      `/files/demo/${two.id}/${key}`,
      `/files/demo/${id}/${key.slice(0, -1)}`,
      `/files/demo/${id}/${key}A`,
      `/files/demo/${id}/`,
      `/files/demo/${id}`,
      `/files/demo/..%2f..%2fcoview.sqlite/${key}`,
      `/files/demo/${id}/${'x'.repeat(5000)}`,
    ];
    for (const path of wrong) {
      const { status, headers } = await raw(server.port, path);
      expect([path, [404, 405].includes(status), headers['cache-control']]).toEqual([path, true, 'no-store']);
    }
    expect((await fetch(server.url + one.path, { method: 'DELETE' })).status).toBe(405);
  });

  it('[FILE-9] sends a part that is asked for, and nothing to who has it', async () => {
    const text = '0123456789';
    const { path } = await kept(Buffer.from(text), 'n.txt');
    const etag = (await fetch(server.url + path)).headers.get('etag') ?? '';
    const ask = async (headers: Record<string, string>, method = 'GET') => raw(server.port, path, headers, method);
    const parts: [string, string, string][] = [
      ['bytes=0-3', '0123', 'bytes 0-3/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-2', '89', 'bytes 8-9/10'],
      ['bytes=5-99', '56789', 'bytes 5-9/10'],
      ['bytes=-99', text, 'bytes 0-9/10'],
    ];
    for (const [range, part, told] of parts) {
      const { status, text: got, headers } = await ask({ Range: range, 'If-Range': etag });
      expect([status, got, headers['content-range'], headers['content-length']]).toEqual([
        206,
        part,
        told,
        String(part.length),
      ]);
    }
    for (const range of ['bytes=0-1,3-4', 'bytes=4-2', 'bytes=-', 'items=0-1', 'bytes=a-b']) {
      expect([(await ask({ Range: range })).status, (await ask({ Range: range })).text]).toEqual([200, text]);
    }
    expect((await ask({ Range: 'bytes=0-1', 'If-Range': '"other"' })).status).toBe(200);
    for (const range of ['bytes=10-', 'bytes=-0', 'bytes=99-100']) {
      const { status, headers } = await ask({ Range: range });
      expect([status, headers['content-range']]).toEqual([416, 'bytes */10']);
    }
    expect((await ask({ 'If-None-Match': etag })).status).toBe(304);
    const head = await ask({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, '10', '']);
  });

  it('[FILE-10] an erased file is gone at once', async () => {
    const view = await kept(png);
    await files.remove(demoSite.id, [view.id]);
    expect((await fetch(server.url + view.path)).status).toBe(404);
    await files.remove(demoSite.id, [view.id]);
  });
});
