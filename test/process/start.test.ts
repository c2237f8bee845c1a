import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { show } from '#test/support/callMedia.ts';
import { freePort } from '#test/support/freePort.ts';
import { Peer } from '#test/support/Peer.ts';
import { Server } from './Server.ts';

const root = resolve(import.meta.dirname, '../..');
/** A file on a disk that is always full. */
const FULL = '/dev/full';

let data: string;
const servers: Server[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'coview-process-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
  await rm(data, { recursive: true, force: true });
});

function start(environment: Record<string, string> = {}): Server {
  const server = new Server({ COVIEW_DATA: data, ...environment });
  servers.push(server);
  return server;
}

async function running(environment?: Record<string, string>) {
  const server = start(environment);
  const [, url = ''] = await server.prints(/API documentation +(http:\/\/localhost:\d+)\/docs\//);
  const credentials = JSON.parse(await readFile(join(data, 'dev-credentials.json'), 'utf8')) as {
    apiKey: string;
    agents: Record<string, string>;
  };
  const token = credentials.agents['agent1@example.com'] ?? '';
  const rest = async (path: string) => {
    const response = await fetch(`${url}/rest/v1/${path}`, {
      headers: { authorization: `Bearer ${credentials.apiKey}` },
    });
    return (await response.json()) as { items: { id: string }[] };
  };
  return { server, url, token, rest };
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function liveCall(url: string, token: string) {
  const visitor = await Peer.visitor(url);
  await visitor.request('visitor.tag', { email: 'live@example.com' });
  const { visitorId } = await visitor.event('visitor.welcome');
  const agent = await Peer.agent(url, token);
  const { id } = (await agent.request('calling.start', { visitorId, kind: 'screen' })).call;
  await show(visitor, agent, id);
  return { visitor, agent, callId: id };
}

const production = {
  NODE_ENV: 'production',
  IDENTITY_MODE: 'open',
  COVIEW_SECRET: 'a production secret of 32 or more characters',
  PUBLIC_URL: 'https://help.example.com',
};

describe('[RUN-6] a development start', () => {
  test('prints the addresses, the desk’s as a link that logs in, and is ready', async () => {
    const { server, url, token } = await running();
    for (const address of [
      `${url}/demo/`,
      `${url}/demo/agent/`,
      `${url}/docs/`,
      `${url}/desk/?site=demo#token=${token}`,
    ]) {
      expect(server.output).toContain(` ${address}\n`);
    }
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, database: 'ok', media: 'ok' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    (await Peer.agent(url, token)).close();
  });

  test('makes a secret of its own once, and anew where the file was left empty', async () => {
    await writeFile(join(data, 'dev-secret'), '');
    const first = await running();
    const visitor = await Peer.visitor(first.url);
    const { token, visitorId } = await visitor.event('visitor.welcome');
    visitor.close();
    first.server.process.kill('SIGTERM');
    expect(await first.server.exited).toBe(0);
    expect(await readFile(join(data, 'dev-secret'), 'utf8')).toMatch(/^dev-[\w-]{43}$/);
    const second = await running();
    const again = await Peer.visitor(second.url, { token });
    expect((await again.event('visitor.welcome')).visitorId).toBe(visitorId);
    again.close();
  });
});

describe('[RUN-7] a stop is polite', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends a live call, tells both sides, closes their sockets and exits with 0',
    async (signal) => {
      const { server, url, token } = await running();
      const { visitor, agent, callId } = await liveCall(url, token);
      server.process.kill(signal);
      for (const side of [visitor, agent]) {
        const { call } = await side.event('calling.changed', (event) => event.call.state === 'ended');
        expect(call).toMatchObject({ id: callId, reason: 'disconnected' });
        await side.ended();
      }
      expect(await server.exited).toBe(0);
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();

      const { rest } = await running();
      expect(await rest('calls')).toMatchObject({ items: [{ id: callId, state: 'ended', reason: 'disconnected' }] });
    },
  );

  test('[RUN-22] a signal that comes again, as npm sends it, changes nothing', async () => {
    const { server, url } = await running();
    // A request that goes on holds the stop up.
    const request = connect(Number(new URL(url).port), 'localhost');
    request.write('POST /rest/v1/calls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n');
    const visitor = await Peer.visitor(url);
    await visitor.event('visitor.welcome');
    server.process.kill('SIGINT');
    await visitor.ended();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) server.process.kill(signal);
    request.destroy();
    expect(await server.exited).toBe(0);
  });

  test('after a death without a word the next start ends what was going on', async () => {
    const { server, url, token, rest } = await running();
    const { visitor, agent, callId } = await liveCall(url, token);
    const { token: proof, visitorId } = await visitor.event('visitor.welcome');
    // That it is active is told before it is written.
    await expect
      .poll(() => rest(`audit?subject=${callId}`))
      .toMatchObject({ items: [{ action: 'call.active' }, {}, {}] });
    await server.kill();
    await Promise.all([visitor.ended(), agent.ended()]);

    const next = await running();
    expect(await next.rest('calls')).toMatchObject({ items: [{ id: callId, state: 'ended', reason: 'disconnected' }] });
    expect(await next.rest(`audit?subject=${callId}`)).toMatchObject({
      items: [
        { action: 'call.ended', actor: 'system' },
        { action: 'call.active' },
        { action: 'call.accepted' },
        { action: 'call.started' },
      ],
    });
    const back = await Peer.visitor(next.url, { token: proof });
    expect(await back.event('visitor.welcome')).toMatchObject({
      visitorId,
      person: { email: 'live@example.com' },
      calls: [],
    });
    back.close();
  });
});

describe('[RUN-8] a start that cannot be says why in one line and exits with 1', () => {
  test('production without its secret', async () => {
    const server = start({ ...production, COVIEW_SECRET: '' });
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(/CoView could not start: .*\n {2}COVIEW_SECRET: missing; set 32 or more/);
    expect(server.output).not.toMatch(/\n\s+at /);
    expect(await readdir(data)).toEqual([]);
  });

  test('[RUN-3] production without the address that it hands out', async () => {
    const server = start({ ...production, PUBLIC_URL: '' });
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(/CoView could not start: .*\n {2}PUBLIC_URL: missing; set the origin/);
  });

  test('a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const server = start({ PORT: String(port), HOST: '127.0.0.1' });
    expect(await server.exited).toBe(1);
    expect(server.output).toContain(
      `CoView could not start: Port ${port} is taken by another program; set PORT to a free one.`,
    );
    expect(server.output).not.toMatch(/\n\s+at /);
    taken.close();
  });

  test('a media port that is taken', async () => {
    const port = await freePort();
    const taken = createSocket('udp4').bind(port, '127.0.0.1');
    await once(taken, 'listening');
    const server = start({ RTC_PORT: String(port) });
    expect(await server.exited).toBe(1);
    expect(server.output).toContain(
      `CoView could not start: cannot listen for media on UDP and TCP port ${port} of 127.0.0.1; set RTC_PORT to free ones: `,
    );
    taken.close();
  });

  test('a data folder that cannot be', async () => {
    await writeFile(join(data, 'file'), '');
    const server = start({ COVIEW_DATA: join(data, 'file', 'folder') });
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(
      /^CoView could not start: The data folder cannot be made or written; set COVIEW_DATA to .*ENOTDIR.*\n$/,
    );
  });

  test('a disk that takes nothing', async () => {
    const server = new Server({ COVIEW_DATA: data }, { fileKiB: 0 });
    servers.push(server);
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(/^CoView could not start: EFBIG: file too large, write\n$/);
  });

  test('the admin program’s, too', async () => {
    await writeFile(join(data, 'coview.sqlite'), 'something else than a database');
    const environment = { PATH: process.env['PATH'], COVIEW_DATA: data };
    const args = ['signaling/admin.ts', 'site', 'list'];
    const ran = spawnSync(process.execPath, args, { cwd: root, env: environment, encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toBe('The database file cannot be opened. (file is not a database)\n');
  });

  test('[RUN-21] a data folder that another server has; that one does not notice', async () => {
    const { url, token, rest } = await running();
    const { visitor, agent, callId } = await liveCall(url, token);
    const secret = await readFile(join(data, 'dev-secret'), 'utf8');
    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.output).toBe(
      `CoView could not start: Another CoView server runs on the data folder ${data}; stop it, or set COVIEW_DATA to another folder.\n`,
    );
    expect(await rest('calls')).toMatchObject({ items: [{ id: callId, state: 'active' }] });
    expect(await readFile(join(data, 'dev-secret'), 'utf8')).toBe(secret);
    visitor.close();
    agent.close();
  });

  test('[RUN-21] of two that begin on a new data folder at once, one runs', async () => {
    const both = [start(), start()];
    const runs = (server: Server) =>
      server.prints(/CoView is running/).then(
        () => server,
        () => undefined,
      );
    const running = (await Promise.all(both.map(runs))).flatMap((server) => server ?? []);
    expect(running).toHaveLength(1);
    const other = both.find((server) => server !== running[0]);
    expect(await other?.exited).toBe(1);
    expect(other?.output).toContain('Another CoView server runs on the data folder');
  });

  test('a database file that is none', async () => {
    await writeFile(join(data, 'coview.sqlite'), 'something else than a database');
    const server = start();
    expect(await server.exited).toBe(1);
    expect(server.output).toBe(
      'CoView could not start: The database file cannot be opened. (file is not a database)\n',
    );
  });
});

test('[RUN-25] the log says which media worker died and why, and no worker outlives a server that was killed', async () => {
  const server = start({ ...production, LOG_LEVEL: 'info' });
  const worker = async (place: number) => {
    const line = /"worker":(\d+),.*"msg":"media worker started"/g;
    await expect.poll(() => [...server.output.matchAll(line)].length).toBe(place);
    return Number([...server.output.matchAll(line)].at(-1)?.[1]);
  };
  await server.prints(/CoView is running/);
  process.kill(await worker(1), 'SIGKILL');
  await server.prints(/"err":\{[^\n]*"message":"[^"]+[^\n]*"msg":"media worker died"/);
  const second = await worker(2);
  await server.kill();
  await expect.poll(() => lives(second)).toBe(false);
});

const kinds = { production, development: {} };
test.skipIf(!existsSync(FULL)).each(Object.entries(kinds))(
  '[RUN-20] in %s a log that cannot be written neither ends nor stops the service',
  async (_kind, environment) => {
    const port = await freePort();
    const full = openSync(FULL, 'w');
    const server = new Server(
      { COVIEW_DATA: data, ...environment, LOG_LEVEL: 'debug', PORT: String(port) },
      { stdout: full },
    );
    servers.push(server);
    closeSync(full);
    const healthy = async () => (await fetch(`http://localhost:${port}/healthz`).catch(() => undefined))?.status;
    await expect.poll(healthy).toBe(200);
    // Each is a line that cannot be written.
    for (let times = 0; times < 20; times++) expect(await healthy()).toBe(200);
    server.process.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  },
);

test('[RUN-9] production seeds nothing and tells nobody its logins', async () => {
  const server = start({ ...production, LOG_LEVEL: 'info' });
  const [, port] = await server.prints(/"port":(\d+),"msg":"CoView is running"/);
  const url = `http://localhost:${port}`;
  expect((await readdir(data)).filter((name) => name.startsWith('dev-'))).toEqual([]);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await fetch(`${url}/demo/`)).status).toBe(404);
  await expect(Peer.visitor(url)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(server.output).not.toMatch(/cvu_|cvk_|production secret/);
  server.process.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});
