import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readQuery } from '#signaling/http/input.ts';
import { API_KEY } from './fakes.ts';
import { bearer, json, problemOf, type Running, raw, start } from './harness.ts';

const LIMIT = 256 * 1024;
let server: Running;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

const post = (body: string | Buffer, headers: Record<string, string> = json, path = '/rest/v1/auth/token') =>
  fetch(server.url + path, { method: 'POST', headers, body });
const login = (fields: object = {}) =>
  JSON.stringify({ email: 'ann@example.com', password: 'correct horse', ...fields });
const get = (path: string) => fetch(server.url + path, { headers: bearer(API_KEY) });

describe('fields', () => {
  it('[HTTP-4] names every field that does not fit, and the cure', async () => {
    const problem = await problemOf(await post(JSON.stringify({ email: 'ann', site: 'A B', admin: true })));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(problem.errors).toEqual([
      { path: 'body.email', message: 'expected an e-mail address' },
      { path: 'body.password', message: 'is missing; send a string' },
      { path: 'body.site', message: 'expected a site name: a-z, 0-9 and -, at most 40 characters' },
      { path: 'body.admin', message: 'is not known here; leave it out' },
    ]);
    expect(problem.detail).toContain('body.email: expected an e-mail address; body.password: is missing');
  });

  it.each([
    ['?limit=0', 'query.limit: expected number to be >=1'],
    ['?limit=201', 'query.limit: expected number to be <=200'],
    ['?limit=ten', 'query.limit: expected number, received NaN'],
    ['?limit=1&limit=2', 'query.limit: expected number, received NaN'],
    ['?cursor=a&cursor=b', 'query.cursor: expected string, received array'],
    ['?cursor=%00', 'query: leave out NUL characters'],
    [`?${'a&'.repeat(101)}`, 'query: send at most 100 parameters'],
  ])('[HTTP-4] %s → %s', async (query, detail) => {
    expect(await problemOf(await get(`/rest/v1/agents${query}`))).toMatchObject({ status: 400, detail });
  });

  it('[HTTP-4] checks the path too, after decoding it', async () => {
    const bad = await fetch(`${server.url}/rest/v1/agents/no%20body/token`, {
      method: 'POST',
      headers: bearer(API_KEY),
    });
    expect((await problemOf(bad)).detail).toBe('path.email: expected an e-mail address');
    expect((await get('/rest/v1/active-users/a%2Fb%3Fc')).status).toBe(404);
  });

  it('[HTTP-4] never repeats a value it was sent, and clips names', async () => {
    const text = await (await post(login({ password: 'hunter2 '.repeat(100), [`k${'x'.repeat(9000)}`]: 1 }))).text();
    expect(text).not.toContain('hunter2');
    expect(text.length).toBeLessThan(1000);
  });

  it('[HTTP-4] lists ten errors at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, 1]));
    expect((await problemOf(await post(login(many)))).errors).toHaveLength(10);
  });
});

describe('the query', () => {
  it('[HTTP-4] keeps repeated parameters apart, and the token away from schemas', () => {
    expect(readQuery('a=1&access_token=secret&b=2&b=3&b=&%00=x')).toEqual({ a: '1', b: ['2', '3', ''], '\0': 'x' });
    expect(Object.keys(readQuery('__proto__=1'))).toEqual(['__proto__']);
  });
});

describe('bodies', () => {
  it.each([
    ['{"email":', json],
    ['', json],
    ['"text"', json],
    ['7', json],
    ['null', json],
    ['[]', json],
    ['{"__proto__":{"email":"a@b"}}', json],
    [login(), { 'Content-Type': 'text/plain' }],
    [login(), { 'Content-Type': 'application/x-www-form-urlencoded' }],
    [login(), { 'Content-Type': 'nonsense' }],
    [login(), { ...json, 'Content-Encoding': 'gzip' }],
    [login(), { ...json, 'Content-Encoding': 'zstd' }],
    [gzipSync(login()).subarray(0, 30), { ...json, 'Content-Encoding': 'gzip' }],
    [Buffer.from([0xff, 0xfe, 0x00]), json],
    [Buffer.from(login({ password: 'Grüße aus Köln' }), 'latin1'), json],
    [
      Buffer.from(login({ password: 'Grüße aus Köln' }), 'utf16le'),
      { 'Content-Type': 'application/json; charset=utf-16' },
    ],
    [login({ password: 'a\0b' }), json],
    [login({ deep: JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`) }), json],
    [`${'['.repeat(120_000)}${']'.repeat(120_000)}`, json],
  ] as [string | Buffer, Record<string, string>][])('[HTTP-7] %# is INVALID_INPUT', async (body, headers) => {
    const problem = await problemOf(await post(body, headers));
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(problem.detail).toMatch(/^body/);
  });

  it('[HTTP-7] without any body says what to send', async () => {
    const response = await fetch(`${server.url}/rest/v1/auth/token`, { method: 'POST' });
    expect((await problemOf(response)).detail).toBe(
      'body: send it as JSON, with the header “Content-Type: application/json”',
    );
  });

  it('[HTTP-7] understands compression and a charset', async () => {
    expect((await post(gzipSync(login()), { ...json, 'Content-Encoding': 'gzip' })).status).toBe(201);
    expect((await post(brotliCompressSync(login()), { ...json, 'Content-Encoding': 'br' })).status).toBe(201);
    expect((await post(login(), { 'Content-Type': 'application/json; charset=UTF-8' })).status).toBe(201);
  });

  it('[HTTP-7] takes 256 KiB and not a byte more', async () => {
    const padded = (length: number) => login() + ' '.repeat(length - login().length);
    expect((await post(padded(LIMIT))).status).toBe(201);
    const problem = await problemOf(await post(padded(LIMIT + 1)));
    expect(problem).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(problem.detail).toContain('262144');
  });

  it.each([1, 7, 30])('[HTTP-7] its sender sees the answer to %d MiB', async (mib) => {
    const body = Buffer.alloc(mib * 1024 * 1024, 32);
    const response = await post(body).catch((error: unknown) => error);
    // Beyond what is read on, a sender that will not listen may find its connection gone.
    if (mib < 16) expect((response as Response).status).toBe(413);
    expect((await post(login())).status).toBe(201);
  });

  it.each([
    [1, ['413 200']],
    // The connection ends; whether its sender still sees why is up to its own network stack.
    [17, ['413', '']],
  ])('[HTTP-7] after %d MiB too much, the answers on that connection are %s', async (mib, statuses) => {
    const body = Buffer.alloc(mib * 1024 * 1024, 32);
    const head = `POST /rest/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const answers = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`${head}\r\n\r\n`);
        socket.write(body);
        socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      });
      socket.on('data', (chunk) => {
        text += chunk.toString();
      });
      socket.on('error', () => {}).on('close', () => resolve(text));
    });
    expect(statuses).toContain([...answers.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status).join(' '));
  });

  it('[HTTP-7] a bomb is counted unpacked, and a stream without a length as it comes', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
    expect((await problemOf(await post(bomb, { ...json, 'Content-Encoding': 'gzip' }))).code).toBe('PAYLOAD_TOO_LARGE');
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        chunks++ < 20 ? controller.enqueue(new Uint8Array(64 * 1024).fill(32)) : controller.close(),
    });
    const response = await fetch(`${server.url}/rest/v1/auth/token`, {
      method: 'POST',
      headers: json,
      body: endless,
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('[HTTP-7] a sender that stops half-way gets no 500 and holds nothing up', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          'POST /rest/v1/auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
        );
      });
      server.http.server.once('request', () => socket.destroy());
      socket.on('close', () => resolve());
    });
    await expect.poll(() => server.lines().findLast(({ route }) => route === 'login')).toMatchObject({ aborted: true });
    expect(server.lines().filter(({ msg }) => msg === 'request failed')).toEqual([]);
  });
});

describe('addresses', () => {
  it.each([
    '/rest/v1/agents/%E0%A4%A/token',
    '/rest/v1/%',
    '/%zz',
    '/cdn/js/%ff.js',
    '/desk/%c0%ae',
    '/rest/%00',
    '/docs/%00',
  ])('[HTTP-8] %s is 400', async (path) => {
    const { status, headers, text } = await raw(server.port, path, bearer(API_KEY));
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text).code).toBe('INVALID_INPUT');
  });

  it.each([
    '//',
    '//evil.example/x',
    '*',
    'http://[::1',
    'http://evil.example/rest/v1/site',
    'http://a:b@c:99999/',
    '/?%',
    'mailto:a',
    '/rest?',
  ])('[HTTP-8] the target %s is no server error', async (target) => {
    const status = await new Promise<number>((resolve, reject) => {
      let text = '';
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      });
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(Number(text.split(' ')[1])));
    });
    expect(status).toBeGreaterThanOrEqual(300);
    expect(status).toBeLessThan(500);
  });
});
