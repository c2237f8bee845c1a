import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { HandshakeLimiter } from '#signaling/gateway/HandshakeLimiter.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { ask, askUpgrade } from './ask.ts';

const NEVER = { perSecond: 0, burst: 3 };

async function start(env: Record<string, string>): Promise<TestService> {
  const service = await TestService.start({ env: { RATE_LIMITS: '1', ...env }, handshakes: NEVER });
  onTestFinished(() => service.stop());
  return service;
}

test('[SAFE-23] one address may connect so often; others never notice, and what stands goes on', async () => {
  const { coview, url } = await start({ TRUST_PROXY: '1' });
  const from = (address: string) => ({
    port: coview.port,
    query: 'site=demo&transport=websocket',
    headers: { 'x-forwarded-for': address },
  });
  const extraHeaders = { 'x-forwarded-for': '203.0.113.1' };
  const stands = await Peer.visitor(url, {}, { extraHeaders, transports: ['polling'] });
  for (let i = 0; i < 2; i++) expect((await askUpgrade(from('203.0.113.1'))).status).toBe(101);
  const refused = await askUpgrade(from('203.0.113.1'));
  expect([refused.status, JSON.parse(refused.text)]).toEqual([429, expect.objectContaining({ code: 'RATE_LIMITED' })]);
  const polling = await ask({ ...from('198.51.100.7, 203.0.113.1'), query: 'site=demo&transport=polling' });
  expect([polling.status, polling.headers['retry-after']]).toEqual([429, '1']);
  expect((await askUpgrade(from('203.0.113.2'))).status).toBe(101);
  // Every request of a polling socket is one of HTTP, and none of them a handshake.
  for (let i = 0; i < 5; i++) expect(await stands.raw('site.state', {})).toHaveProperty('data');
  stands.close();
});

test('[SAFE-23] neither this machine itself nor who hides behind an unknown proxy is counted as one', async () => {
  const { coview } = await start({});
  const question = { port: coview.port, query: 'site=demo&transport=websocket' };
  for (let i = 0; i < 5; i++) expect((await askUpgrade(question)).status).toBe(101);
  const proxied = { ...question, headers: { 'x-forwarded-for': '203.0.113.1' } };
  for (let i = 0; i < 5; i++) expect((await askUpgrade(proxied)).status).toBe(101);
});

test('[SAFE-23] a header alone hides nobody who connects from the open internet', () => {
  const limiter = new HandshakeLimiter({ perSecond: 0, burst: 1 });
  const take = (remoteAddress: string) =>
    limiter.take({
      headers: { 'x-forwarded-for': '10.0.0.1' },
      socket: { remoteAddress },
    } as unknown as IncomingMessage);
  for (const peer of ['203.0.114.1', '::ffff:203.0.114.2', '2600::1'])
    expect([take(peer), take(peer)]).toEqual([true, false]);
  for (const peer of ['10.1.2.3', '::ffff:172.17.0.1', 'fd00::1'])
    expect([take(peer), take(peer)]).toEqual([true, true]);
});

test('[SAFE-23] only so many addresses are remembered, those that came last', () => {
  const limiter = new HandshakeLimiter({ perSecond: 0, burst: 1 });
  const take = (remoteAddress: string) => limiter.take({ headers: {}, socket: { remoteAddress } } as IncomingMessage);
  expect([take('203.0.113.1'), take('203.0.113.1')]).toEqual([true, false]);
  for (let i = 0; i < 20_000; i++) take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(take('203.0.113.1')).toBe(true);
});
