import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, raw, start, startHere } from './harness.ts';

const credentials = { site: 'demo', apiKey: 'cvk_dev', agents: {} };
let production: Running;
let development: Running;
beforeAll(async () => {
  production = await start({ credentials });
  development = await start({ demo: true, credentials });
});
afterAll(() => Promise.all([production.close(), development.close()]));

const manual = { redirect: 'manual' } as const;

describe('the desk', () => {
  it('[HTTP-17] is a page that nobody can frame and that loads nothing from elsewhere', async () => {
    const response = await fetch(`${production.url}/desk/`);
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html><title>Desk</title>']);
    const { headers } = response;
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '')
        .split('; ')
        .map((part) => [part.split(' ')[0], part.replace(/^\S+ /, '')]),
    );
    expect(policy).toEqual({
      'default-src': "'self'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'media-src': "'self' blob:",
      'connect-src': `'self' ws://127.0.0.1:${production.port}`,
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
  });

  it('[HTTP-17] its sockets go to the public address where there is one', async () => {
    const { url } = await startHere({ publicUrl: 'https://help.example' });
    const policy = (await fetch(`${url}/desk/`)).headers.get('content-security-policy');
    expect(policy).toContain("connect-src 'self' wss://help.example;");
  });

  it('[HTTP-17] keeps what is named by its content, and asks again for the rest', async () => {
    const asset = await fetch(`${production.url}/desk/assets/desk-4d5e6f.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${production.url}/desk/assets/gone.js`)).headers.get('cache-control')).toBe('no-store');
    const page = await fetch(`${production.url}/desk/`);
    const again = await raw(production.port, '/desk/', { 'If-None-Match': page.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect(again.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

describe('the demo', () => {
  it('[HTTP-18] is there in development only', async () => {
    const shop = await fetch(`${development.url}/demo/`);
    expect([shop.status, await shop.text()]).toEqual([200, '<!doctype html><title>Shop</title>']);
    expect(shop.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    expect(await (await fetch(`${development.url}/demo/cart/`)).text()).toContain('Cart');
    for (const path of ['/demo/', '/demo', '/demo/index.html', '/demo/credentials.json']) {
      expect((await fetch(production.url + path, manual)).status).toBe(404);
    }
  });

  it('[HTTP-18] hands the development logins to this machine’s own browsers', async () => {
    const response = await fetch(`${development.url}/demo/credentials.json`);
    expect(await response.json()).toEqual(credentials);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it.each<[Record<string, string>, string]>([
    [{ 'X-Forwarded-For': '203.0.113.7' }, 'through a proxy'],
    [{ Forwarded: 'for=203.0.113.7' }, 'through a proxy'],
    [{ Host: 'evil.example' }, 'under a name that was rebound to this machine'],
    [{ Host: 'localhost.evil.example' }, 'under a name that was rebound to this machine'],
  ])('[HTTP-18] but not %o, %s', async (headers) => {
    const { status, text } = await raw(development.port, '/demo/credentials.json', headers);
    expect(status).toBe(404);
    expect(text).not.toContain('cvk_dev');
  });

  it('[HTTP-18] nor to another address, whatever it claims', async () => {
    const server = await startHere({ demo: true, credentials });
    // What the peer’s address is, is the only thing here that a client cannot choose.
    server.http.server.prependListener('request', ({ socket }) => {
      Object.defineProperty(socket, 'remoteAddress', { value: '203.0.113.7', configurable: true });
    });
    const headers = { Host: 'localhost', 'X-Real-IP': '127.0.0.1' };
    expect((await raw(server.port, '/demo/credentials.json', headers)).status).toBe(404);
  });

  it.each(['localhost:8080', '127.0.0.1', '[::1]:8080'])('[HTTP-18] answers under %s', async (Host) => {
    expect((await raw(development.port, '/demo/credentials.json', { Host })).status).toBe(200);
  });

  it('[HTTP-18] has no logins where none were given', async () => {
    const { url } = await startHere({ demo: true });
    expect((await fetch(`${url}/demo/credentials.json`)).status).toBe(404);
  });
});

describe('addresses', () => {
  it.each([
    [() => development, '/', '/demo/'],
    [() => production, '/', '/desk/'],
    [() => production, '/desk', '/desk/'],
    [() => development, '/demo', '/demo/'],
    [() => development, '/demo/cart', '/demo/cart/'],
    [() => production, '/docs', '/docs/'],
  ] as const)('[HTTP-19] %s: %s leads to %s', async (server, from, to) => {
    const response = await fetch(server().url + from, manual);
    expect([response.status, response.headers.get('location')]).toEqual([302, to]);
  });

  it('[HTTP-19] a page that was not built says how to build it', async () => {
    const { url } = await startHere({ demo: true, built: {} });
    for (const path of ['/desk/', '/demo/', '/desk/assets/x.js']) {
      const response = await fetch(url + path);
      expect([response.status, response.headers.get('cache-control')]).toEqual([503, 'no-store']);
      expect(await response.text()).toContain('npm start');
    }
  });

  it('[HTTP-22] everything else is 404', async () => {
    for (const path of [
      '/nothing',
      '/cdn',
      '/cdn/',
      '/cdn/other/x',
      '/desk2/',
      '/docs/nothing',
      '/.git/config',
      '/openapi.json/',
    ]) {
      expect((await fetch(production.url + path)).status, path).toBe(404);
    }
  });

  it('[HTTP-22] carries the security headers on every answer', async () => {
    const paths = [
      '/',
      '/nothing',
      '/rest/v1/site',
      '/rest/x',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/docs/',
      '/cdn/js/demo.js',
      '/desk/',
      '/%zz',
    ];
    for (const path of paths) {
      const { headers } = await raw(production.port, path);
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      expect(headers['x-frame-options'], path).toBe('DENY');
      expect(headers['referrer-policy'], path).toBe('same-origin');
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['cross-origin-resource-policy'], path).toBe(
        path.startsWith('/cdn') ? 'cross-origin' : 'same-origin',
      );
      expect(headers, path).not.toHaveProperty('x-powered-by');
      expect(headers, path).not.toHaveProperty('set-cookie');
    }
  });
});
