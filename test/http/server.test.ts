import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import { API_KEY, demoSite, fakeHandlers, USER_TOKEN } from './fakes.ts';
import { bearer, json, start, startHere } from './harness.ts';

describe('the log', () => {
  it('[HTTP-9] has one line a request: method, route, status, milliseconds', async () => {
    const { url, lines } = await startHere({ demo: true });
    await fetch(`${url}/rest/v1/agents/ann%40example.com/token`, { method: 'POST', headers: bearer(API_KEY) });
    for (const path of [
      '/rest/nothing',
      '/desk/',
      '/demo/',
      '/docs/',
      '/openapi.json',
      '/cdn/js/demo.js',
      '/healthz',
      '/x',
    ]) {
      await (await fetch(url + path)).text();
    }
    const requests = () => lines().filter(({ msg }) => msg === 'request');
    await expect.poll(() => requests().length).toBe(9);
    expect(requests().map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
      'POST issueToken 201',
      'GET unknown 404',
      'GET desk 200',
      'GET demo 200',
      'GET docs 200',
      'GET openapi 200',
      'GET cdn.loader 200',
      'GET health 200',
      'GET none 404',
    ]);
    for (const { ms } of requests()) expect(ms).toEqual(expect.any(Number));
  });

  it('[HTTP-9] holds no token, no query, no path, no address, no body and no password', async () => {
    const rest = fakeHandlers({
      getSite: () => Promise.reject(new Error('broken')),
      listAudit: () => Promise.reject(new CvError('UNAVAILABLE', 'Try again.', { cause: new Error('lost') })),
    });
    const { url, logText, lines } = await startHere({ rest });
    const secrets = ['hunter2', 'x-query-x', 'somebody'];
    for (const path of ['site', 'audit', 'agents', 'agents/somebody', 'active-users/somebody']) {
      await fetch(`${url}/rest/v1/${path}?access_token=${API_KEY}&q=x-query-x`);
      await fetch(`${url}/rest/v1/${path}`, { headers: bearer(USER_TOKEN) });
    }
    for (const body of [
      '{"password":"hunter2","email":"somebody@example.com"}',
      '{"password":"hunter2"',
      '{"hunter2":1}',
    ]) {
      await fetch(`${url}/rest/v1/auth/token?q=x-query-x`, { method: 'POST', headers: json, body });
    }
    await expect.poll(() => lines().filter(({ msg }) => msg === 'request').length).toBe(13);
    expect(logText()).toContain('broken');
    for (const secret of [API_KEY, USER_TOKEN, '127.0.0.1', '/rest', ...secrets]) {
      // An error’s stack names this file’s and the server’s own paths, which are no secrets.
      const text = logText().replaceAll(/"stack":"(\\.|[^"\\])*"/g, '');
      expect(text).not.toContain(secret);
    }
  });
});

describe('closing', () => {
  it('[HTTP-23] lets a request under way end, takes no new one, and does so once', async () => {
    let answer = () => {};
    const rest = fakeHandlers({ getSite: () => new Promise((resolve) => (answer = () => resolve(demoSite))) });
    // Longer than any test may take.
    const { http, port, url } = await startHere({ rest, graceMs: 600_000 });
    const agent = new Agent({ keepAlive: true });
    const response = new Promise<number | undefined>((resolve, reject) => {
      const options = { port, host: '127.0.0.1', path: '/rest/v1/site', agent, headers: bearer(API_KEY) };
      const req = request(options, (res) => res.resume().on('end', () => resolve(res.statusCode)));
      req.on('error', reject).end();
    });
    await expect.poll(() => answer.toString()).toContain('resolve');
    const closing = http.close();
    expect(http.close()).toBe(closing);
    await expect(fetch(url)).rejects.toThrow();
    answer();
    expect(await response).toBe(200);
    await closing;
    await http.close();
    agent.destroy();
  });

  it('[HTTP-23] ends idle connections at once', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      request({ port: server.port, host: '127.0.0.1', path: '/healthz', agent }, (res) =>
        res.resume().on('end', resolve),
      ).end();
    });
    // A connection is kept for longer than any test may take.
    await server.close();
    agent.destroy();
  });

  it('[HTTP-23] waits no longer than its grace, for requests and upgraded connections alike', async () => {
    const asked = Promise.withResolvers<void>();
    const upgraded = Promise.withResolvers<void>();
    const getSite = () => {
      asked.resolve();
      return new Promise<never>(() => {});
    };
    const { http, port, close } = await start({ rest: fakeHandlers({ getSite }), graceMs: 300 });
    http.server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      upgraded.resolve();
    });
    const ended = Promise.all(
      [
        `GET /rest/v1/site HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\n\r\n`,
        'GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      ].map(
        (text) =>
          new Promise((resolve) => {
            const socket = connect(port, '127.0.0.1', () => socket.write(text));
            socket
              .on('error', () => {})
              .on('close', resolve)
              .resume();
          }),
      ),
    );
    await Promise.all([asked.promise, upgraded.promise]);
    await close();
    await ended;
  });

  it('[HTTP-23] works before listening, and after somebody else closed the server', async () => {
    const { http, close } = await start();
    http.server.close();
    await close();
    const second = await start();
    await second.close();
    await second.close();
  });
});

describe('listening', () => {
  it('[HTTP-25] a port that is taken is named, with the cure', async () => {
    const { port } = await startHere();
    const { http } = await startHere();
    await http.close();
    await expect(http.listen(port, '127.0.0.1')).rejects.toThrow(`Port ${port} is taken by another program; set PORT`);
  });
});
