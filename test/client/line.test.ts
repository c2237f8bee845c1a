import { expect, test, vi } from 'vitest';
import { Connection } from '#client/core/Connection.ts';
import type { CvError } from '#protocol/errors.ts';
import { newId } from '#protocol/newId.ts';
import { until } from '#test/support/until.ts';
import { RealSite } from './RealSite.ts';

const real = RealSite.forTests();

const visitorPage = { url: 'https://shop.example/', title: 'Shop', state: 'active' as const, screen: true };

function connect(handshake: ConstructorParameters<typeof Connection>[0]['handshake'] = visitor()) {
  const connection = new Connection({ host: real.host, site: 'demo', handshake });
  real.open.push(connection);
  const seen: unknown[] = [];
  connection.on('connected', (connected) => seen.push(connected));
  connection.on('refused', ({ code }) => seen.push(code));
  connection.onEvent('visitor.welcome', () => seen.push('welcome'));
  connection.open();
  return { connection, seen };
}

const visitor = () => {
  const tab = newId<never>('t');
  return () => ({ role: 'visitor' as const, tab, page: visitorPage });
};

test('[LINE-1] requests are answered, events come, errors carry their code', async () => {
  const { connection, seen } = connect();
  const state = await connection.request('site.state', {});
  expect(state.visibility).toBe('visible');
  await until(() => expect(seen).toEqual([true, 'welcome']));
  await expect(connection.request('presence.list', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(connection.request('visitor.tag', { firstname: 'x'.repeat(70_000) })).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
});

test('[LINE-2] where no WebSocket comes up, HTTP carries the same', async () => {
  const tried: string[] = [];
  vi.stubGlobal(
    'WebSocket',
    class {
      onclose?: () => void;
      constructor(address: URL) {
        tried.push(address.protocol);
        setTimeout(() => this.onclose?.());
      }
      close(): void {}
    },
  );
  const { connection, seen } = connect();
  const names = Array.from({ length: 20 }, (_, nth) => `John ${nth} Jürgen 🙂`);
  const tagged = await Promise.all(names.map((firstname) => connection.request('visitor.tag', { firstname })));
  expect(tagged.map(({ person }) => person.firstname)).toEqual(names);
  expect(seen).toEqual([true, 'welcome']);
  expect(tried).toEqual(['ws:']);
});

test('[LINE-3] after a cut network it comes back by itself; what was asked meanwhile is asked then', async () => {
  const { connection, seen } = connect();
  await until(() => expect(seen).toEqual([true, 'welcome']));
  real.proxy.cut();
  await until(() => expect(seen).toEqual([true, 'welcome', false]));
  const asked = connection.request('site.state', {});
  real.proxy.mend();
  await asked;
  await until(() => expect(seen).toEqual([true, 'welcome', false, true, 'welcome']));
});

test('[LINE-3] a request that was under way when the network was cut is told so, and insisting asks again', async () => {
  const { connection, seen } = connect();
  await until(() => expect(seen).toContain('welcome'));
  real.proxy.silent = true;
  const asked = connection.request('site.state', {});
  const insisted = connection.insist('site.state', {});
  real.proxy.cut();
  await expect(asked).rejects.toMatchObject({ code: 'TIMEOUT' });
  real.proxy.silent = false;
  real.proxy.mend();
  await insisted;
});

test('[LINE-3] a network that is told to be gone is given up at once', async () => {
  const { seen } = connect();
  await until(() => expect(seen).toContain('welcome'));
  real.page.window.dispatchEvent(new Event('offline'));
  expect(seen).toEqual([true, 'welcome', false]);
  await until(() => expect(seen).toEqual([true, 'welcome', false, true, 'welcome']));
});

test('[LINE-4] who is refused hears why, is not tried again, and everything asked is answered with it', async () => {
  const { connection, seen } = connect(() => ({ role: 'agent', tab: newId<never>('t'), token: 'no token' }));
  const asked = connection.request('agent.list', {});
  await expect(asked).rejects.toMatchObject({ code: 'UNAUTHENTICATED' } satisfies Partial<CvError>);
  expect(seen).toEqual(['UNAUTHENTICATED']);
  await expect(connection.request('agent.list', {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('[LINE-4] a page of a foreign site is refused with the reason that only HTTP tells', async () => {
  const connection = new Connection({
    host: real.service.url,
    site: 'nowhere',
    handshake: () => ({ role: 'visitor', tab: newId<never>('t'), page: visitorPage }),
  });
  real.open.push(connection);
  const refused = new Promise<CvError>((resolve) => connection.on('refused', resolve));
  connection.open();
  expect((await refused).code).toBe('NOT_FOUND');
});

test('[LINE-5] reopening brings a fresh handshake; a closed connection answers nothing more', async () => {
  let told = 0;
  const { connection, seen } = connect(() => {
    told++;
    return { role: 'visitor', tab: newId<never>('t'), page: visitorPage };
  });
  await until(() => expect(seen).toContain('welcome'));
  connection.reopen();
  await until(() => expect(seen).toEqual([true, 'welcome', false, true, 'welcome']));
  expect(told).toBe(2);
  connection.close();
  await expect(connection.request('site.state', {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('[LINE-6] a silent network is noticed when the pings stay out', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { connection, seen } = connect();
    await until(() => expect(seen).toContain('welcome'));
    real.proxy.silent = true;
    vi.advanceTimersByTime(10_000);
    expect(connection.connected).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(connection.connected).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
