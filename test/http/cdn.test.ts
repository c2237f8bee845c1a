import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSiteSettings, type SiteSettings } from '#protocol/site.ts';
import { demoSite, siteLookup } from './fakes.ts';
import { CORE, type Running, raw, start, startHere } from './harness.ts';

let server: Running;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

/** Runs what was served as a page would; answers `window.CV` and the warnings. */
function run(script: string) {
  const window: { CV?: { boot: Record<string, unknown> } } = {};
  const warnings: string[] = [];
  runInNewContext(script, { window, console: { warn: (text: string) => warnings.push(text) } });
  return { boot: window.CV && JSON.parse(JSON.stringify(window.CV.boot)), warnings };
}

describe('a site’s script', () => {
  it('[HTTP-13] is the loader with what the widget is told about its site', async () => {
    const response = await fetch(`${server.url}/cdn/js/demo.js?v=3`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=60',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(run(await response.text()).boot).toEqual({
      site: 'demo',
      host: server.url,
      sessionIds: false,
      language: 'auto',
      languages: [],
      widget: defaultSiteSettings.widget,
      files: { maxBytes: 10 * 1024 * 1024 },
      core: `${server.url}/cdn/app/core-1a2b3c.js`,
    });
  });

  it('[HTTP-13] tells of no files where visitors may not send any, and of the site’s own colours', async () => {
    const { widget, chat } = defaultSiteSettings;
    const settings: SiteSettings = {
      ...defaultSiteSettings,
      widget: { ...widget, color: '#004488', texts: { en: { title: '</script><b>"' } } },
      chat: { ...chat, files: { enabled: false, maxBytes: 1024 } },
    };
    const { url } = await startHere({ sites: siteLookup({ ...demoSite, settings }) });
    const { boot } = run(await (await fetch(`${url}/cdn/js/demo.js`)).text());
    expect(boot).toMatchObject({ widget: settings.widget });
    expect(boot).not.toHaveProperty('files');
  });

  it('[HTTP-13] tells the events that the site’s rules wait for, where they wait for any', async () => {
    const { url } = await startHere({ eventsOf: (site) => (site === demoSite.id ? ['cart:full', '</script>'] : []) });
    const { boot } = run(await (await fetch(`${url}/cdn/js/demo.js`)).text());
    expect(boot?.['events']).toEqual(['cart:full', '</script>']);
  });

  it('[COB-18] tells what the site hides where pages are shared, and nothing of it where they are not', async () => {
    const privacy = { maskAll: true, mask: ['.secret'], unmask: ['h1'], block: ['#map'] };
    const cobrowse = { enabled: true, control: false, privacy };
    const origins = ['https://shop.example'];
    const bootOf = async (settings: SiteSettings) => {
      const { url } = await startHere({ sites: siteLookup({ ...demoSite, settings }) });
      return run(await (await fetch(`${url}/cdn/js/demo.js`)).text()).boot;
    };
    const shares = await bootOf({ ...defaultSiteSettings, cobrowse, allowedOrigins: origins });
    expect(shares?.['cobrowse']).toEqual({ control: false, privacy, origins });
    expect(await bootOf({ ...defaultSiteSettings, cobrowse: { ...cobrowse, enabled: false } })).not.toHaveProperty(
      'cobrowse',
    );
  });

  it('[HTTP-13] names the public address where there is one, else the one it was asked under', async () => {
    const { url, port } = await startHere({ publicUrl: 'https://help.example' });
    expect(run(await (await fetch(`${url}/cdn/js/demo.js`)).text()).boot).toMatchObject({
      host: 'https://help.example',
      core: 'https://help.example/cdn/app/core-1a2b3c.js',
    });
    expect(run((await raw(server.port, '/cdn/js/demo.js', { Host: 'Shop.Example:81' })).text).boot?.host).toBe(
      'http://shop.example:81',
    );
    expect((await raw(port, '/cdn/js/demo.js', { Host: '"/><script>' })).text).not.toContain('<script>');
    for (const Host of ['"/><script>', 'a b', 'x/../y', 'é', '[::1', 'a\\b', ',']) {
      expect((await raw(server.port, '/cdn/js/demo.js', { Host })).status, Host).toBe(400);
    }
  });

  it('[HTTP-13] is not sent again to who has it', async () => {
    const first = await fetch(`${server.url}/cdn/js/demo.js`);
    const etag = first.headers.get('etag') ?? '';
    const again = await raw(server.port, '/cdn/js/demo.js', {
      'If-None-Match': etag,
      Host: `127.0.0.1:${server.port}`,
    });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['access-control-allow-origin']).toBe('*');
    const elsewhere = await raw(server.port, '/cdn/js/demo.js', { 'If-None-Match': etag, Host: 'other.example' });
    expect(elsewhere.status).toBe(200);
  });

  it('[NPM-10] is a module too, with the same settings under the same headers', async () => {
    const [script, module] = await Promise.all(
      ['js', 'mjs'].map((kind) => fetch(`${server.url}/cdn/js/demo.${kind}?try=1`)),
    );
    const headersOf = (response: Response | undefined) => ({
      ...Object.fromEntries(response?.headers ?? []),
      date: undefined,
      etag: undefined,
      'x-request-id': undefined,
      'content-length': undefined,
    });
    expect(headersOf(module)).toEqual(headersOf(script));
    const text = (await module?.text()) ?? '';
    expect(text).toMatch(/^export const boot/);
    expect(run(text.replace('export ', '')).boot).toEqual(run((await script?.text()) ?? '').boot);
    const unknown = await fetch(`${server.url}/cdn/js/shop.mjs`);
    expect([unknown.status, unknown.headers.get('access-control-allow-origin')]).toEqual([404, '*']);
  });

  it.each(["'", '"', '`'])('[HTTP-13] finds its place between %s', async (quote) => {
    const loader = `const f=()=>${quote}__COVIEW_BOOT__${quote};window.CV={boot:f()};`;
    const { url } = await startHere({
      built: { 'cdn/loader.js': loader, 'cdn/manifest.json': '{"core":"app/core-1.js"}' },
    });
    expect(run(await (await fetch(`${url}/cdn/js/demo.js`)).text()).boot?.site).toBe('demo');
  });

  it.each(['no place', '"__COVIEW_BOOT__" "__COVIEW_BOOT__"'])(
    '[HTTP-13] a loader with %s is a fault of ours',
    async (text) => {
      const { url, logText } = await startHere({
        built: { 'cdn/loader.js': text, 'cdn/manifest.json': '{"core":"app/c.js"}' },
      });
      expect((await fetch(`${url}/cdn/js/demo.js`)).status).toBe(500);
      expect(logText()).toContain('not once');
    },
  );

  it('[HTTP-13] follows a new build without a restart', async () => {
    const { url, distDir } = await startHere();
    await fetch(`${url}/cdn/js/demo.js`);
    await writeFile(join(distDir, 'cdn/manifest.json'), '{"core":"app/core-newer.js"}');
    expect(await (await fetch(`${url}/cdn/js/demo.js`)).text()).toContain('core-newer.js');
  });

  it('[HTTP-14] of a site that is not known says so, and the cure', async () => {
    const response = await fetch(`${server.url}/cdn/js/shop.js`);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const { warnings } = run(await response.text());
    expect(warnings).toEqual([
      'CoView: this server has no site “shop”. Correct the name in the script’s address /cdn/js/SITE.js.',
    ]);
  });

  it.each([
    '%0d%0aSet-Cookie:%20a=b',
    '*%2f%3balert(1)%2f*',
    '"%29;alert(1)',
    '..%2f..%2foutside.txt',
    'DEMO',
    '',
    'x'.repeat(500),
    '%E2%80%A8',
  ])('[HTTP-14] never repeats a name that is none (%s)', async (name) => {
    const { status, headers, text } = await raw(server.port, `/cdn/js/${name}.js`);
    expect(status).toBe(404);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(text).not.toMatch(/alert|Set-Cookie|secret|xxxx/);
    expect(run(text).warnings).toHaveLength(1);
  });

  it('[HTTP-19] before the first build says how to build', async () => {
    const { url } = await startHere({ built: {} });
    const response = await fetch(`${url}/cdn/js/demo.js`);
    expect(response.status).toBe(503);
    expect(run(await response.text()).warnings[0]).toContain('npm start');
  });
});

describe('the widget’s files', () => {
  const core = '/cdn/app/core-1a2b3c.js';

  it('[HTTP-15] are kept for ever, by pages of any origin', async () => {
    const response = await fetch(server.url + core);
    expect(await response.text()).toBe(CORE);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    const again = await raw(server.port, core, { 'If-None-Match': response.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    const missing = await fetch(`${server.url}/cdn/app/core-old.js`);
    expect([missing.status, missing.headers.get('cache-control')]).toEqual([404, 'no-store']);
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('[HTTP-15] compressed as “%s” asks: %s', async (accept, encoding) => {
    const { headers } = await raw(server.port, core, { 'Accept-Encoding': accept });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('Accept-Encoding');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    if (encoding) expect(Number(headers['content-length'])).toBeLessThan(200);
    const text = await (await fetch(server.url + core, { headers: { 'Accept-Encoding': accept } })).text();
    expect(text).toBe(CORE);
  });

  it('[HTTP-15] only for reading', async () => {
    const response = await fetch(server.url + core, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await raw(server.port, core, {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, String(CORE.length), '']);
  });
});

describe('what lies beside the served folders', () => {
  const climbs = [
    '../',
    '%2e%2e/',
    '..%2f',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
    './../',
    'x/../../',
    '%252e%252e%252f',
    '/',
    '%2f',
    '.%2e/',
    '..;/',
  ];
  const folders = ['/cdn/app/', '/cdn/js/', '/desk/', '/demo/', '/docs/', '/docs/ui/'];
  const paths = folders.flatMap((folder) =>
    climbs.flatMap((climb) => [1, 2, 3].map((times) => `${folder}${climb.repeat(times)}outside.txt`)),
  );

  it('[HTTP-16] is out of reach', async () => {
    const { port } = await startHere({ demo: true });
    for (const path of paths) {
      const { status, text } = await raw(port, path);
      expect([path, status >= 400 && status < 500, text.includes('secret')]).toEqual([path, true, false]);
    }
    for (const path of [
      '/cdn/loader.js',
      '/cdn/manifest.json',
      '/desk/.env',
      '/desk/%2eenv',
      '/cdn/app',
      '/desk/assets',
      '/docs/ui/package.json',
    ]) {
      expect((await raw(port, path)).status, path).toBe(404);
    }
  });
});
