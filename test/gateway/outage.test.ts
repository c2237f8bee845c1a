import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { Handlers } from '#signaling/gateway/Caller.ts';
import { createDispatch } from '#signaling/gateway/dispatch.ts';
import { Gateway } from '#signaling/gateway/Gateway.ts';
import type { Sessions } from '#signaling/gateway/Sessions.ts';
import { acme } from '#test/store/records.ts';
import { Peer } from '#test/support/Peer.ts';

const failed = () =>
  Promise.reject(new CvError('UNAVAILABLE', 'Try again later.', { cause: new Error('database or disk is full') }));
const secret = 'said by a visitor';

function logged() {
  const lines: string[] = [];
  return { log: pino({}, { write: (line: string) => void lines.push(line) }), text: () => lines.join('') };
}

test('[RUN-26] a request that the database failed', async () => {
  const { log, text } = logged();
  const dispatch = createDispatch({ handlers: { 'chat.send': failed } as unknown as Handlers, log });
  const visitor = { role: 'visitor', site: acme, visitorId: 'v_1' as VisitorId } as never;
  const message = { id: `m_${'M'.repeat(22)}`, text: secret };
  expect(await dispatch(visitor, 'chat.send', { message })).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  expect(text()).toMatch(/"level":40,.*"method":"chat.send"/);
  expect(text()).toContain('database or disk is full');
  expect(text()).not.toContain(secret);
});

test('[RUN-26] a page that is not let in', async () => {
  const { log, text } = logged();
  const gateway = new Gateway({ log, siteOf: () => undefined, publicUrl: undefined });
  const server = createServer();
  gateway.serve({ server, sessions: { admit: failed } as unknown as Sessions, dispatch: failed });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    gateway.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const page = { url: 'http://shop.test/', title: secret, state: 'active', screen: true };
  await expect(Peer.visitor(`http://127.0.0.1:${port}`, { page })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(text()).toContain('database or disk is full');
  expect(text()).not.toContain(secret);
});
