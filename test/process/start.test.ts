import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { show } from '#test/support/callMedia.ts';
import { Peer } from '#test/support/Peer.ts';
import { Server } from './Server.ts';

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

  test('after a death without a word the next start ends what was going on', async () => {
    const { server, url, token } = await running();
    const { visitor, agent, callId } = await liveCall(url, token);
    const { token: proof, visitorId } = await visitor.event('visitor.welcome');
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

  test('a data folder that cannot be', async () => {
    await writeFile(join(data, 'file'), '');
    const server = start({ COVIEW_DATA: join(data, 'file', 'folder') });
    expect(await server.exited).toBe(1);
    expect(server.output).toMatch(
      /^CoView could not start: The data folder cannot be made; set COVIEW_DATA to .*ENOTDIR.*\n$/,
    );
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
