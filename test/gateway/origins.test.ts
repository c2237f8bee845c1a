import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#protocol/newId.ts';
import { originAllowed, sameOrigin } from '#signaling/gateway/origins.ts';
import { page } from '#test/support/Peer.ts';
import { ask, askUpgrade, type HttpAnswer } from './ask.ts';
import { TwoSites } from './TwoSites.ts';

let house: TwoSites;
let port: number;
beforeAll(async () => {
  house = await TwoSites.start({ allowedOrigins: ['https://other.example', 'http://dev.example:*'] });
  port = house.service.coview.port;
});
afterAll(() => house.stop());

/** A polling session of a page that may connect; its id in the address. */
async function session(site: string): Promise<string> {
  const { text } = await ask({ port, query: `transport=polling&site=${site}` });
  return (JSON.parse(text.slice(1)) as { sid: string }).sid;
}

type Knock = (site: string, origin: string | undefined) => Promise<HttpAnswer>;

/** Every way in: what a page of this origin is answered. */
const doors: readonly (readonly [string, Knock])[] = [
  [
    'a first polling GET',
    (site, origin) => ask({ port, query: `transport=polling&site=${site}`, headers: from(origin) }),
  ],
  [
    'a polling POST',
    async (site, origin) => {
      const query = `transport=polling&site=${site}&sid=${await session(site)}`;
      const auth = JSON.stringify({ role: 'visitor', site, tab: newId('t'), page });
      return ask({
        port,
        query,
        method: 'POST',
        body: `40${auth}`,
        headers: { ...from(origin), 'content-type': 'text/plain' },
      });
    },
  ],
  [
    'a polling GET of a session',
    async (site, origin) => {
      const sid = await session(site);
      const query = `transport=polling&site=${site}&sid=${sid}`;
      const answered = ask({ port, query, headers: from(origin) });
      // Something to be answered with, where it is let through.
      await ask({ port, query, method: 'POST', body: '40/nowhere,', headers: { 'content-type': 'text/plain' } });
      return answered;
    },
  ],
  [
    'a websocket',
    (site, origin) => askUpgrade({ port, query: `transport=websocket&site=${site}`, headers: from(origin) }),
  ],
  [
    'a websocket of a session',
    async (site, origin) =>
      askUpgrade({ port, query: `transport=websocket&site=${site}&sid=${await session(site)}`, headers: from(origin) }),
  ],
  [
    'a preflight',
    (site, origin) => {
      const headers = { ...from(origin), 'access-control-request-method': 'POST' };
      return ask({ port, query: `transport=polling&site=${site}`, method: 'OPTIONS', headers });
    },
  ],
];

const from = (origin: string | undefined): Record<string, string> => (origin === undefined ? {} : { origin });

function expectRefused(answer: HttpAnswer, origin: string): void {
  expect(answer.status).toBe(403);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(JSON.parse(answer.text)).toEqual({ code: 'FORBIDDEN', message: expect.stringContaining('allowedOrigins') });
  expect(answer.text).toContain(JSON.stringify(origin).slice(1, -1));
}

function expectLetIn(answer: HttpAnswer): void {
  expect([101, 200, 204], answer.text).toContain(answer.status);
}

/** The demo site allows http://localhost:* and http://127.0.0.1:*. */
const foreign = [
  'https://evil.test',
  'null',
  'http://localhost.evil.test',
  'http://evil-localhost',
  'http://notlocalhost',
  'http://localhost:80@evil.test',
  'http://evil.test@localhost',
  'http://localhost:8080@localhost',
  'https://localhost',
  'http://localhost/',
  'http://localhost:8080/path',
  'http://localhost.',
  'http://localhost:*',
  'http://localhost:99999',
  'http://127.0.0.1.evil.test',
  'http://127.1',
  'http://2130706433',
  'http://0x7f.1',
  'http://[::1]',
  'http://localhost http://evil.test',
  'http://localhost, http://evil.test',
  'HTTP://LOCALHOST',
  'file://',
  'localhost',
  '*',
  'chrome-extension://localhost',
];

describe.each(doors)('[SAFE-11] through %s', (door, knock) => {
  test.each(foreign)('a page of %s is refused', async (origin) => {
    expectRefused(await knock('demo', origin), origin);
  });

  test.each(['http://localhost:5173', 'http://localhost', 'http://127.0.0.1:3000'])(
    'a page of %s is let in',
    async (origin) => {
      const answer = await knock('demo', origin);
      expectLetIn(answer);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    },
  );

  test('a page of one site’s origin is let in there, and not at another site', async () => {
    for (const origin of ['https://other.example', 'http://dev.example:1234', 'http://dev.example']) {
      expectLetIn(await knock('other', origin));
      expectRefused(await knock('demo', origin), origin);
    }
    for (const origin of ['https://other.example:8443', 'http://other.example', 'https://dev.example:1234']) {
      expectRefused(await knock('other', origin), origin);
    }
    expectRefused(await knock('other', 'http://localhost:5173'), 'http://localhost:5173');
  });

  test('a page of this server itself is let in at every site, and so is who sends no origin', async () => {
    for (const site of ['demo', 'other']) {
      expectLetIn(await knock(site, `http://127.0.0.1:${port}`));
      if (door !== 'a preflight') expectLetIn(await knock(site, undefined));
    }
    expectRefused(await knock('other', `http://127.0.0.1:${port + 1}`), `http://127.0.0.1:${port + 1}`);
  });

  test('a change of the site’s origins holds at once', async () => {
    const origin = 'https://new.example';
    expectRefused(await knock('other', origin), origin);
    const { settings } = (await (await house.service.rest('GET', 'site', undefined, house.key('other'))).json()) as {
      settings: { allowedOrigins: string[] };
    };
    const put = (allowedOrigins: string[]) =>
      house.service.rest('PUT', 'site', { settings: { allowedOrigins } }, house.key('other'));
    expect((await put([...settings.allowedOrigins, origin])).status).toBe(200);
    expectLetIn(await knock('other', origin));
    expectRefused(await knock('demo', origin), origin);
    await put(settings.allowedOrigins);
    expectRefused(await knock('other', origin), origin);
  });
});

describe('[SAFE-12] the site in the address is the one whose origins count', () => {
  const evil = { origin: 'https://other.example' };

  test.each([
    ['twice', 'site=other&site=demo'],
    ['twice, the other way round', 'site=demo&site=other'],
    ['the same one twice', 'site=other&site=other'],
  ])('it is named %s', async (_how, sites) => {
    for (const answer of [
      await ask({ port, query: `transport=polling&${sites}`, headers: evil }),
      await askUpgrade({ port, query: `transport=websocket&${sites}`, headers: evil }),
    ]) {
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toEqual({ code: 'INVALID_INPUT', message: expect.stringContaining('one site') });
    }
  });

  test.each([
    '',
    'site=',
    'site=nowhere',
    'site[]=other',
    'Site=other',
    'site=other%00',
    'site=other?site=other',
    '?site=other',
  ])('it is not named: %s', async (sites) => {
    expectRefused(await ask({ port, query: `transport=polling&${sites}`, headers: evil }), evil.origin);
    expectRefused(await askUpgrade({ port, query: `transport=websocket&${sites}`, headers: evil }), evil.origin);
  });

  test('a script element, which sends no origin, gets no session', async () => {
    const answer = await ask({ port, query: 'transport=polling&site=demo&j=0' });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test.each(['/socket.io/?EIO=4&transport=websocket&site=demo', '/nowhere'])(
  '[SAFE-13] a connection reset in the middle of an upgrade to %s ends nothing else',
  async (path) => {
    const bystander = await house.visitor();
    // An error that nobody listens to: outside of a test it would end the process.
    const fatal: unknown[] = [];
    const note = (error: unknown) => void fatal.push(error);
    process.on('uncaughtExceptionMonitor', note);
    for (let round = 0; round < 20; round++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      const head = `GET ${path} HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
      await new Promise<void>((resolve) => {
        socket.write(`${head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`, () =>
          resolve(),
        );
      });
      socket.resetAndDestroy();
      expect(await bystander.raw('media.capabilities', {})).toHaveProperty('data');
    }
    process.off('uncaughtExceptionMonitor', note);
    expect(fatal).toEqual([]);
    bystander.close();
  },
);

describe('[SAFE-11] behind a public address', () => {
  test('this server’s own origin is that address, not the one the request was sent to', () => {
    const own = 'https://help.example';
    expect(sameOrigin(own, 'backend:8080', own)).toBe(true);
    expect(sameOrigin('http://backend:8080', 'backend:8080', own)).toBe(false);
    expect(sameOrigin('http://backend:8080', 'backend:8080', undefined)).toBe(true);
    expect(sameOrigin('http://evil.test', undefined, undefined)).toBe(false);
  });

  test('a pattern fits its scheme, host and port, or any port', () => {
    expect(originAllowed('https://a.example', ['https://a.example:443'])).toBe(true);
    expect(originAllowed('https://a.example:8443', ['https://A.example:*'])).toBe(true);
    expect(originAllowed('https://b.a.example', ['https://a.example:*'])).toBe(false);
    expect(originAllowed('https://a.example', [])).toBe(false);
  });
});
