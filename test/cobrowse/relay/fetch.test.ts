import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AssetFetcher, type AssetFetcherOptions, usualFetching } from '#signaling/cobrowse/AssetFetcher.ts';
import { Assets } from '#signaling/cobrowse/Assets.ts';
import { VisitorTokens } from '#signaling/identity/VisitorTokens.ts';
import { TargetGuard } from '#signaling/net/TargetGuard.ts';
import { demoSite, USER_TOKEN } from '#test/http/fakes.ts';
import { problemOf, startHere } from '#test/http/harness.ts';
import { png } from '#test/http/sampleFiles.ts';

const session = newId<CobrowseId>('cb');
const woff = Buffer.concat([Buffer.from('wOF2\0\x01\0\0'), Buffer.alloc(60)]);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** As in production, and one that may reach the servers of these tests. */
const shut = new TargetGuard({ allowPrivate: false, allowHttp: true });
const local = new TargetGuard({ allowPrivate: true });

let folder: string;
let assets: Assets;
/** What the page shows, and who asked for it. */
let target: Server;
let url: string;
let asked: IncomingMessage[];
let serve: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coview-assets-'));
  assets = await Assets.create({ folder });
  assets.open(session);
  asked = [];
  serve = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png);
  target = createServer((request, response) => {
    asked.push(request);
    serve(request, response);
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.useRealTimers();
  target.closeAllConnections();
  await new Promise((resolve) => target.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const fetcher = (guard = local, limits: AssetFetcherOptions['limits'] = {}) =>
  new AssetFetcher({ assets, guard, limits });
const files = () => readdir(join(folder, session)).catch(() => []);

/** Whatever the reason, it looks the same from outside. */
async function refused(attempt: Promise<unknown>): Promise<void> {
  await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'It could not be had.' });
  expect(await files()).toEqual([]);
}

describe('[RELAY-27] the server gets what a page must not read', () => {
  test('as nobody in particular, and keeps it under its hash', async () => {
    const stored = await fetcher().fetch(session, `${url.replace('//', '//user:secret@')}/a.png?b=c`);
    expect(stored).toEqual({ hash: hashOf(png), type: 'image/png' });
    expect(await files()).toEqual([hashOf(png)]);
    const [{ headers, method, url: path } = {} as IncomingMessage] = asked;
    expect([method, path]).toEqual(['GET', '/a.png?b=c']);
    for (const name of ['cookie', 'authorization', 'referer', 'origin']) expect(headers).not.toHaveProperty(name);
  });

  test.each([
    ['a font as nothing in particular', 'application/octet-stream', woff, 'font/woff2'],
    ['a picture under a wrong name', 'text/plain', png, 'image/png'],
    ['a style sheet', 'text/css; charset=utf-8', Buffer.from('p { color: red }'), 'text/css'],
    [
      'a drawing',
      'image/svg+xml',
      Buffer.from('\uFEFF<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg [<!ENTITY a "b">]> <!-- b --> <svg/>'),
      'image/svg+xml',
    ],
  ])('%s', async (_what, said, bytes, type) => {
    serve = (_request, response) => response.writeHead(200, { 'content-type': said }).end(bytes);
    expect(await fetcher().fetch(session, url)).toEqual({ hash: hashOf(bytes), type });
  });

  test('over redirects', async () => {
    serve = ({ url: path }, response) => {
      if (path === '/3') response.end(png);
      else response.writeHead(302, { location: path === '/2' ? '/3' : `${url}/2` }).end();
    };
    expect(await fetcher().fetch(session, url)).toMatchObject({ type: 'image/png' });
    expect(asked).toHaveLength(3);
  });
});

describe('[RELAY-28] it reaches public addresses alone', () => {
  test.each([
    'http://127.0.0.1/x.png',
    'http://127.1/x.png',
    'http://2130706433/x.png',
    'http://0x7f.0.0.1/x.png',
    'http://[::1]/x.png',
    'http://[::ffff:127.0.0.1]/x.png',
    'http://0.0.0.0/x.png',
    'http://10.0.0.1/x.png',
    'http://192.168.1.1/x.png',
    'http://[fd00::1]/x.png',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fe80::1]/x.png',
    'http://[64:ff9b::7f00:1]/x.png',
    'http://localhost/x.png',
    'file:///etc/passwd',
    'ftp://example.com/x.png',
    'data:image/png;base64,AAAA',
  ])('not %s', async (address) => {
    const { port } = target.address() as AddressInfo;
    const withPort = address.replace(/^(http:\/\/[^/]+)/, `$1:${port}`);
    const names = new TargetGuard({
      allowPrivate: false,
      allowHttp: true,
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    await refused(fetcher(names).fetch(session, withPort));
    expect(asked).toEqual([]);
  });

  test('not by names that stand for something else each time, nor by one that is public and private', async () => {
    const { port } = target.address() as AddressInfo;
    let times = 0;
    const rebinding = new TargetGuard({
      allowPrivate: false,
      allowHttp: true,
      resolve: async () => [{ address: times++ % 2 === 0 ? '127.0.0.1' : '169.254.169.254', family: 4 }],
    });
    for (let i = 0; i < 4; i++) await refused(fetcher(rebinding).fetch(session, `http://rebind.test:${port}/`));
    expect(times).toBe(4);
    const both = new TargetGuard({
      allowPrivate: false,
      allowHttp: true,
      resolve: async () => [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    await refused(fetcher(both).fetch(session, `http://both.test:${port}/`));
    expect(asked).toEqual([]);
  });

  test.each(['http://169.254.169.254/x', 'http://0.0.0.0/x', 'file:///etc/passwd', 'gopher://127.0.0.1/'])(
    'not over a redirect to %s',
    async (location) => {
      serve = (_request, response) => response.writeHead(302, { location }).end();
      await refused(fetcher().fetch(session, url));
      expect(asked).toHaveLength(1);
    },
  );

  test('nor round in circles', async () => {
    serve = (_request, response) => response.writeHead(302, { location: '/again' }).end();
    await refused(fetcher().fetch(session, url));
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  test('the production guard lets nothing of this machine through', async () => {
    await refused(fetcher(shut).fetch(session, url));
    expect(asked).toEqual([]);
  });
});

describe('[RELAY-29] answers that are none leave nothing', () => {
  test.each([
    ['HTML', 200, 'text/html', Buffer.from('<!doctype html><p>x'), {}],
    ['HTML as a picture', 200, 'image/png', Buffer.from('<!doctype html><p>x'), {}],
    ['JSON', 200, 'application/json', Buffer.from('{}'), {}],
    ['a script', 200, 'text/javascript', Buffer.from('alert(1)'), {}],
    ['nothing', 200, 'image/png', Buffer.alloc(0), {}],
    ['an error', 404, 'image/png', png, {}],
    ['a part', 206, 'image/png', png, {}],
    ['something packed', 200, 'text/css', gzipSync('p{}'), { 'content-encoding': 'gzip' }],
    ['a redirect to nowhere', 302, 'image/png', png, {}],
    ['a redirect to what is no address', 302, 'image/png', png, { location: 'http://[' }],
  ])('%s', async (_what, status, type, bytes, headers) => {
    serve = (_request, response) => response.writeHead(status, { 'content-type': type, ...headers }).end(bytes);
    await refused(fetcher().fetch(session, url));
  });

  test('an endless body is read no further than an asset may be long', async () => {
    let ended = false;
    serve = (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      const chunk = Buffer.concat([png, Buffer.alloc(64 * 1024)]);
      const push = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', push);
      response.on('close', () => {
        ended = true;
      });
      push();
    };
    await refused(fetcher().fetch(session, url));
    await expect.poll(() => ended).toBe(true);
  });

  test.each([
    ['a body that trickles', (response: ServerResponse) => void response.writeHead(200).write(png), files],
    ['an answer that never comes', () => {}, () => asked],
  ])('%s is waited for until the deadline', async (_what, answer, begun) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let ended = false;
    serve = (_request, response) => {
      response.on('close', () => {
        ended = true;
      });
      answer(response);
    };
    const attempt = refused(fetcher().fetch(session, url));
    await expect.poll(async () => (await begun()).length).toBe(1);
    vi.advanceTimersByTime(usualFetching.deadlineMs);
    await attempt;
    await expect.poll(() => ended).toBe(true);
  });

  test('a session that ends meanwhile has nothing of it', async () => {
    let finish: () => void = () => {};
    serve = (_request, response) => {
      response.writeHead(200).write(png);
      finish = () => response.end();
    };
    const attempt = fetcher().fetch(session, url);
    await expect.poll(async () => (await files()).length).toBe(1);
    assets.close(session);
    finish();
    await refused(attempt);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });
});

test('[RELAY-30] few at a time, of one session and of all; what is done makes room', async () => {
  const waiting: ServerResponse[] = [];
  serve = (_request, response) => void waiting.push(response);
  const other = newId<CobrowseId>('cb');
  assets.open(other);
  const few = fetcher(local, { session: 2, total: 3 });
  const going = [few.fetch(session, url), few.fetch(session, url)];
  await expect(few.fetch(session, url)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  going.push(few.fetch(other, url));
  await expect(few.fetch(other, url)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await expect.poll(() => waiting.length).toBe(3);
  for (const response of waiting) response.end(png);
  for (const stored of await Promise.all(going)) expect(stored.hash).toBe(hashOf(png));
  serve = (_request, response) => response.end(png);
  await few.fetch(session, url);
});

test('[RELAY-30] nor many in a row, whatever comes of them: nobody floods others through this server', async () => {
  // However long it takes, none is given back.
  vi.useFakeTimers({ toFake: ['performance'] });
  assets = await Assets.create({ folder, limits: { fetches: 3 } });
  assets.open(session);
  serve = (_request, response) => response.writeHead(404).end();
  const one = fetcher();
  for (let tries = 0; tries < 3; tries++) await refused(one.fetch(session, url));
  await expect(one.fetch(session, url)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await refused(one.fetch(newId<CobrowseId>('cb'), url));
  expect(asked).toHaveLength(3);
});

test('[RELAY-31] only the visitor who shares may have something got', async () => {
  const visitorTokens = new VisitorTokens('a secret for tests, at least 32 characters long');
  const { token, visitorId } = visitorTokens.issue(demoSite.id);
  const server = await startHere({
    cobrowse: {
      assets,
      fetcher: fetcher(),
      access: { shares: (_site, id, visitor) => id === session && visitor === visitorId, watches: () => true },
      visitorTokens,
    },
  });
  const ask = (by: string | undefined, body: unknown, id = session, type = 'application/json') =>
    fetch(`${server.url}/cobrowse/demo/${id}/fetch`, {
      method: 'POST',
      headers: { 'content-type': type, ...(by && { authorization: `Bearer ${by}` }) },
      body: JSON.stringify(body),
    });
  const code = async (answer: Promise<Response>) => (await problemOf(await answer)).code;
  expect(await code(ask(undefined, { url }))).toBe('UNAUTHENTICATED');
  expect(await code(ask(USER_TOKEN, { url }))).toBe('FORBIDDEN');
  expect(await code(ask(visitorTokens.issue(demoSite.id).token, { url }))).toBe('NOT_FOUND');
  expect(await code(ask(token, { url }, newId<CobrowseId>('cb')))).toBe('NOT_FOUND');
  const bodies = [{}, [], { url: 7 }, { url: '' }, { url: 'x' }, { url: 'file:///etc/passwd' }, { url, more: 1 }];
  for (const body of [...bodies, { url: `${url}/${'x'.repeat(5_000)}` }])
    expect(await code(ask(token, body))).toBe('INVALID_INPUT');
  expect(await code(ask(token, { url }, session, 'text/plain'))).toBe('INVALID_INPUT');
  expect(asked).toEqual([]);
  expect((await fetch(`${server.url}/cobrowse/demo/${session}/fetch`)).status).toBe(405);
  const answer = await ask(token, { url });
  expect([answer.status, await answer.json()]).toEqual([201, { hash: hashOf(png), type: 'image/png' }]);
});
