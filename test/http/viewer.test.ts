import { expect, it } from 'vitest';
import { raw, startHere } from './harness.ts';

const built = {
  'cdn/manifest.json': '{"core":"app/core-1.js","viewer":"app/viewer-1.js"}',
  'cdn/app/viewer-1.js': '/* viewer */',
};

it('[MIRROR-14] the viewer’s page has one script, no network, no origin, and may be framed by any page', async () => {
  const { url, port } = await startHere({ built });
  const response = await fetch(`${url}/cobrowse/viewer/?2`);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<script src="/cdn/app/viewer-1.js"></script>');
  const policy = (response.headers.get('content-security-policy') ?? '').split('; ');
  expect(policy.sort()).toEqual(
    [
      "default-src 'none'",
      `script-src ${url}/cdn/app/viewer-1.js`,
      "style-src 'unsafe-inline'",
      'img-src blob: data:',
      'font-src blob: data:',
      'media-src blob: data:',
      `frame-src ${url}/cobrowse/viewer/`,
      "form-action 'none'",
      "base-uri 'none'",
      'sandbox allow-scripts',
      "require-trusted-types-for 'script'",
      'trusted-types coview-mirror',
    ].sort(),
  );
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-dns-prefetch-control': 'off',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=60',
  });
  expect(response.headers.has('x-frame-options')).toBe(false);
  const again = await raw(port, '/cobrowse/viewer/', { 'If-None-Match': response.headers.get('etag') ?? '' });
  expect(again.status).toBe(304);
  expect((await fetch(`${url}/cobrowse/viewer/`, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/cobrowse/viewer/other`)).status).toBe(404);
});

it('[MIRROR-14] its script is that of the public address, and is missed where nothing is built', async () => {
  const { url } = await startHere({ built, publicUrl: 'https://help.example' });
  const policy = (await fetch(`${url}/cobrowse/viewer/`)).headers.get('content-security-policy');
  expect(policy).toContain('script-src https://help.example/cdn/app/viewer-1.js;');
  const bare = await startHere({ built: { 'cdn/manifest.json': '{"core":"app/core-1.js"}' } });
  const missing = await fetch(`${bare.url}/cobrowse/viewer/`);
  expect([missing.status, await missing.text()]).toEqual([503, expect.stringContaining('npm start')]);
});
