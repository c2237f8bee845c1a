import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Resolve, resolveByDns } from '#signaling/net/resolve.ts';
import { TargetGuard } from '#signaling/net/TargetGuard.ts';
import { post } from '#signaling/webhooks/post.ts';
import { NameServer } from './NameServer.ts';
import { Outbox, receiver } from './Outbox.ts';

const guard = new TargetGuard({ allowPrivate: false });
const open = new TargetGuard({ allowPrivate: true });
const verdict = (url: string, by = guard) => {
  try {
    by.check(new URL(url));
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

const PUBLIC = ['93.184.215.14', '8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1'];
const PUBLIC_6 = ['2606:4700:4700::1111', '2a00:1450:4001:82a::200e', '::ffff:8.8.8.8'];
const SHUT = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '169.254.0.1',
  '192.0.0.8',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
];
const PRIVATE = ['127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.1', '192.168.1.1', '100.64.0.1'];
const SHUT_6 = [
  '::',
  '::7f00:1',
  '::10.0.0.1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '64:ff9b::a00:1',
  '64:ff9b::808:808',
  '64:ff9b:1::a00:1',
  '2002:a00:1::',
  '2002:7f00:1::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:db8::1',
  '3fff::1',
  '100::1',
  '5f00::1',
  '4000::1',
  '::ffff:0:127.0.0.1',
  '::ffff:169.254.169.254',
];
const PRIVATE_6 = ['::1', 'fc00::1', 'fd00:ec2::254', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1'];
const inUrl = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/hook`;

describe('[HOOK-12] addresses', () => {
  test.each([...PUBLIC, ...PUBLIC_6])('%s is public', (address) => {
    expect(verdict(inUrl(address))).toBe('taken');
  });

  test.each([...SHUT, ...SHUT_6])('%s is refused, whatever is allowed', (address) => {
    for (const by of [guard, open]) expect(verdict(inUrl(address), by)).toContain('not a public one');
  });

  test.each([...PRIVATE, ...PRIVATE_6])('%s is refused unless private ones are allowed', (address) => {
    expect(verdict(inUrl(address))).toContain('not a public one');
    expect(verdict(inUrl(address), open)).toBe('taken');
  });

  test.each([
    ['decimal', 'https://2130706433/'],
    ['hexadecimal', 'https://0x7f000001/'],
    ['octal', 'https://0177.0.0.1/'],
    ['short', 'https://127.1/'],
    ['mixed', 'https://0x7f.0.0.1/'],
    ['percent-encoded', 'https://%31%32%37.0.0.1/'],
    ['full-width digits', 'https://１２７.0.0.1/'],
    ['ideographic dots', 'https://127。0。0。1/'],
    ['a dot at the end', 'https://127.0.0.1./'],
    ['zero', 'https://0/'],
    ['metadata, decimal', 'https://2852039166/'],
    ['a long way to write it', 'https://[0000:0000:0000:0000:0000:ffff:7f00:0001]/'],
  ])('other ways to write one: %s', (_, url) => {
    expect(verdict(url)).toContain('not a public one');
  });

  test('what tells nothing of the server’s own network: the kind alone is named', () => {
    expect(verdict('https://10.1.2.3/')).not.toContain('10.1.2.3');
  });
});

describe('[HOOK-13] a target', () => {
  test('is https; http only where private ones are allowed', () => {
    expect(verdict('https://shop.example/')).toBe('taken');
    expect(verdict('http://shop.example/')).toContain('https');
    expect(verdict('http://shop.example/', open)).toBe('taken');
    for (const url of ['ftp://shop.example/', 'file:///etc/passwd', 'data:,x', 'unix:/run/x.sock']) {
      for (const by of [guard, open]) expect(verdict(url, by)).toContain('https');
    }
  });

  test('may have any port but 0', () => {
    expect(verdict('https://shop.example:8443/')).toBe('taken');
    expect(verdict('https://shop.example:0/')).toContain('port');
  });
});

describe('[HOOK-14] names', () => {
  const resolving = (...answers: string[][]) => {
    let asked = 0;
    const resolve: Resolve = async () => {
      const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    return { resolve, asked: () => asked };
  };
  const lookup = (by: TargetGuard) =>
    promisify(
      by.lookup as (host: string, options: object, done: (error: Error | null, found: unknown) => void) => void,
    )('name.example', { all: true });

  test.each([
    ['the one', ['10.0.0.1']],
    ['one of several', ['93.184.215.14', '10.0.0.1']],
    ['one of IPv6', ['93.184.215.14', '::1']],
    ['mapped', ['::ffff:169.254.169.254']],
  ])('are refused if an address is not public: %s', async (_, addresses) => {
    await expect(lookup(new TargetGuard({ allowPrivate: false, ...resolving(addresses) }))).rejects.toThrow('public');
  });

  test('without an address are refused', async () => {
    await expect(lookup(new TargetGuard({ allowPrivate: false, ...resolving([]) }))).rejects.toThrow('no address');
  });

  test('that are rebound are judged by the address that is connected to, each time', async () => {
    const { resolve } = resolving(['93.184.215.14'], ['127.0.0.1']);
    const rebinding = new TargetGuard({ allowPrivate: false, resolve });
    expect(await lookup(rebinding)).toEqual([{ address: '93.184.215.14', family: 4 }]);
    await expect(lookup(rebinding)).rejects.toThrow('loopback');
  });

  test('are looked up once a try, and that answer is connected to; the next try asks anew', async () => {
    const target = await receiver();
    const { resolve, asked } = resolving(['127.0.0.1'], ['127.0.0.1'], ['169.254.169.254']);
    const by = new TargetGuard({ allowPrivate: true, resolve });
    const letter = { url: target.url.replace('127.0.0.1', 'name.example'), headers: {}, body: '{}' };
    const signal = AbortSignal.timeout(10_000);
    for (let count = 1; count <= 2; count++) {
      expect(await post(letter, by, signal)).toMatchObject({ status: 204 });
      expect(asked()).toBe(count);
    }
    await expect(post(letter, by, signal)).rejects.toThrow('linkLocal');
    expect(target.received.map(({ headers }) => headers.host)).toEqual(Array(2).fill(new URL(letter.url).host));
    expect(new Set(target.received.map(({ port }) => port)).size).toBe(2);
  });

  test('that resolve into the server’s own network are dead ends for a whole delivery, and nothing is connected to', async () => {
    const target = await receiver();
    const names = await NameServer.open(['127.0.0.1']);
    onTestFinished(() => names.close());
    const by = new TargetGuard({ allowPrivate: false, resolve: resolveByDns(names.resolver) });
    const outbox = await Outbox.open({ guard: by, times: { retry: () => 60_000 } });
    await outbox.webhook(target, { url: target.url.replace('http://127.0.0.1', 'https://rebinding.example') });
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    expect(await outbox.delivery(row)).toMatchObject({ state: 'pending', error: expect.stringContaining('loopback') });
    expect(names.asked).toEqual(['rebinding.example']);
    expect(target.received).toEqual([]);
  });

  test('are asked of DNS itself, all addresses of them', async () => {
    const names = await NameServer.open(['93.184.215.14', '8.8.8.8'], []);
    onTestFinished(() => names.close());
    const resolve = resolveByDns(names.resolver);
    expect(await resolve('shop.example')).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '8.8.8.8', family: 4 },
    ]);
    await expect(resolve('unknown.example')).rejects.toThrow('ENOTFOUND');
  });

  test('of a private kind that was allowed once are refused when it no longer is', async () => {
    const target = await receiver();
    const outbox = await Outbox.open({ guard, times: { retry: () => 60_000 } });
    await outbox.webhook(target);
    const tried = outbox.tried();
    const row = await outbox.tell();
    await tried;
    expect(await outbox.delivery(row)).toMatchObject({ state: 'pending', error: expect.stringContaining('https') });
    expect(target.received).toEqual([]);
  });
});
