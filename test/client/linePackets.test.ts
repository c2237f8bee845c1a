import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection } from '#client/core/Connection.ts';
import { newId } from '#protocol/newId.ts';
import { FakePage } from './FakePage.ts';

const OPEN = `0${JSON.stringify({ sid: 'one', upgrades: [], pingInterval: 10_000, pingTimeout: 8_000, maxPayload: 1_000 })}`;
const page = { url: 'https://shop.example/', title: 'Shop', state: 'active' as const, screen: true };

/** A WebSocket whose other end is the test. */
class Socket {
  static all: Socket[] = [];
  onmessage?: (event: { data: unknown }) => void;
  onclose?: () => void;
  onopen?: () => void;
  readonly sent: (string | Uint8Array)[] = [];
  closed = false;
  binaryType = 'blob';
  bufferedAmount = 0;

  constructor() {
    Socket.all.push(this);
  }

  static get last(): Socket {
    return Socket.all.at(-1) as Socket;
  }

  send(packet: string | Uint8Array): void {
    this.sent.push(packet);
  }

  close(): void {
    this.closed = true;
  }

  hear(...packets: unknown[]): void {
    for (const data of packets) this.onmessage?.({ data });
  }

  /** Up to where the server lets the page in. */
  admit(): void {
    this.onopen?.();
    this.hear(OPEN, '40{"sid":"x"}');
  }
}

const open: Connection[] = [];
let asked: { method: string; sid: string | null; body: string | undefined }[] = [];
let answer: (method: string, address: URL) => Promise<Response>;

function connect() {
  const connection = new Connection({
    host: 'https://coview.example',
    site: 'demo',
    handshake: () => ({ role: 'visitor' as const, tab: newId<never>('t'), page }),
  });
  open.push(connection);
  const seen: unknown[] = [];
  connection.on('connected', (connected) => seen.push(connected));
  connection.on('refused', ({ code }) => seen.push(code));
  connection.onEvent('site.changed', (payload) => seen.push(payload));
  connection.onFrame((frame) => seen.push([...new Uint8Array(frame)]));
  connection.open();
  return { connection, seen };
}

beforeEach(() => {
  vi.useFakeTimers();
  new FakePage();
  Socket.all = [];
  asked = [];
  answer = async () => {
    throw new TypeError('Failed to fetch');
  };
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('fetch', (address: URL, { method, body }: { method: string; body?: string }) => {
    asked.push({ method, sid: address.searchParams.get('sid'), body });
    return answer(method, address);
  });
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('packets', () => {
  test('[LINE-7] unknown and unasked-for packets are passed over', () => {
    const { seen } = connect();
    Socket.last.admit();
    Socket.last.hear(new Blob(['x']), '6', '9', '', '451-["site.changed",{"_placeholder":true,"num":0}]');
    Socket.last.hear('4399["an answer to nothing"]', '42["unheard",1]', '42["site.changed",{"state":1}]');
    expect(seen).toEqual([true, { state: 1 }]);
  });

  test.each(['42{not json', '42', '427', '42{"a":1}', '431', '43x', '44{not json'])(
    '[LINE-7] %s ends the connection, which comes back',
    async (packet) => {
      vi.spyOn(console, 'error').mockReturnValue(undefined);
      const { connection, seen } = connect();
      Socket.last.admit();
      connection.request('site.state', {}).catch(() => {});
      Socket.last.hear(packet);
      expect(seen).toEqual([true, false]);
      expect(Socket.last.closed).toBe(true);
      await vi.advanceTimersByTimeAsync(3_000);
      Socket.last.admit();
      expect(seen).toEqual([true, false, true]);
    },
  );

  test('[LINE-7] a beginning that cannot be read ends the try, not the line', async () => {
    const { seen } = connect();
    Socket.last.onopen?.();
    Socket.last.hear('0{');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(Socket.all.length).toBeGreaterThan(1);
    Socket.last.admit();
    expect(seen).toEqual([true]);
  });

  test('[LINE-7] pings are answered; the server’s goodbyes lead to a new connection', async () => {
    const { seen } = connect();
    for (const goodbye of ['41', '1']) {
      Socket.last.admit();
      Socket.last.hear('2');
      expect(Socket.last.sent.at(-1)).toBe('3');
      Socket.last.hear(goodbye);
      await vi.advanceTimersByTimeAsync(3_000);
    }
    expect(seen).toEqual([true, false, true, false]);
    expect(Socket.all.length).toBeGreaterThan(2);
  });

  test('[LINE-7] whom the server lets in and sends away at once, waits longer each time', async () => {
    connect();
    for (let nth = 0; nth < 100; nth++) {
      const socket = Socket.last;
      if (!socket.closed) {
        socket.admit();
        socket.hear('41');
      }
      await vi.advanceTimersByTimeAsync(300);
    }
    // 30 seconds; with the first wait each time it would be about a hundred.
    expect(Socket.all.length).toBeLessThan(30);
  });

  test('[LINE-7] on a page whose arrays have a toJSON of their own, requests are what they are', async () => {
    const arrays = Array.prototype as { toJSON?: () => string };
    arrays.toJSON = () => 'broken';
    try {
      const { connection } = connect();
      Socket.last.admit();
      connection.request('visitor.tag', { labels: ['vip', 'new'] }).catch(() => {});
      expect(Socket.last.sent.at(-1)).toBe('421["request","visitor.tag",{"labels":["vip","new"]}]');
    } finally {
      delete arrays.toJSON;
    }
  });
});

describe('page frames', () => {
  const frame = Uint8Array.of(1, 0, 255, 2);

  test('[LINE-10] go as they are over a WebSocket, both ways, and only while the page is let in', () => {
    const { connection, seen } = connect();
    expect(Socket.last.binaryType).toBe('arraybuffer');
    connection.sendFrame(frame);
    Socket.last.onopen?.();
    Socket.last.hear(OPEN, Uint8Array.of(9).buffer);
    connection.sendFrame(frame);
    Socket.last.hear('40{"sid":"x"}', frame.buffer);
    connection.sendFrame(frame);
    expect(seen).toEqual([true, [1, 0, 255, 2]]);
    expect(Socket.last.sent.filter((packet) => typeof packet !== 'string')).toEqual([frame]);
    Socket.last.bufferedAmount = 70_000;
    expect(connection.waiting).toBe(70_000);
    Socket.last.hear('41');
    connection.sendFrame(frame);
    expect(connection.waiting).toBe(0);
    expect(Socket.last.sent.filter((packet) => typeof packet !== 'string')).toEqual([frame]);
  });

  test('[LINE-10] one that stopped listening hears nothing more', () => {
    const { connection } = connect();
    const heard: ArrayBuffer[] = [];
    const undo = connection.onFrame((one) => heard.push(one));
    Socket.last.admit();
    Socket.last.hear(frame.buffer);
    undo();
    Socket.last.hear(frame.buffer);
    expect(heard).toHaveLength(1);
  });
});

describe('refusals', () => {
  test.each([
    '44{"message":"unexpected"}',
    '44',
    '44{"message":"m","data":{"code":"E17","message":"of something else"}}',
  ])('[LINE-8] %s is no refusal for good', async (packet) => {
    const { seen } = connect();
    Socket.last.onopen?.();
    Socket.last.hear(OPEN, packet);
    await vi.advanceTimersByTimeAsync(5_000);
    Socket.last.admit();
    expect(seen).toEqual([true]);
  });

  test.each([
    [502, '{"code":"E1020","message":"a proxy’s"}'],
    [403, '<html>a wall</html>'],
    [400, '{"code":1,"message":"Session ID unknown"}'],
    [413, ''],
  ])('[LINE-8] neither is an answer %i %s of something before the server', async (status, body) => {
    answer = async () => new Response(body, { status });
    const { seen } = connect();
    Socket.last.onclose?.();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(Socket.all.length).toBeGreaterThan(1);
    Socket.last.admit();
    expect(seen).toEqual([true]);
  });

  test('[LINE-8] an answer with a code of the contract is one', async () => {
    answer = async () => new Response('{"code":"NOT_FOUND","message":"There is no such site."}', { status: 404 });
    const { seen } = connect();
    Socket.last.onclose?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(seen).toEqual(['NOT_FOUND']);
    expect(Socket.all).toHaveLength(1);
  });
});

describe('HTTP', () => {
  /** Answers to GET come when the test says so. */
  function poll() {
    const bodies: string[] = [];
    let wake: (() => void) | undefined;
    answer = async (method) => {
      if (method === 'POST') return new Response('ok');
      while (bodies.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return new Response(bodies.shift());
    };
    return async (...packets: string[]) => {
      bodies.push(packets.join('\x1e'));
      wake?.();
      await vi.advanceTimersByTimeAsync(0);
    };
  }
  const posted = () => asked.flatMap(({ method, body }) => (method === 'POST' ? [body ?? ''] : []));

  test('[LINE-9] a WebSocket that a network swallows gives way to HTTP within the same try', async () => {
    const hear = poll();
    const { seen } = connect();
    Socket.last.onopen?.();
    await vi.advanceTimersByTimeAsync(3_900);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(Socket.last.closed).toBe(true);
    await hear(OPEN);
    await hear('40{"sid":"x"}');
    // What comes late by the other way is nothing any more.
    Socket.last.hear(OPEN, '42["site.changed",{"state":0}]', '1');
    Socket.last.onclose?.();
    expect(seen).toEqual([true]);
    expect(Socket.all).toHaveLength(1);
  });

  test('[LINE-9] several packets in one body count each, in order; everything goes to the session', async () => {
    const hear = poll();
    const { connection, seen } = connect();
    Socket.last.onclose?.();
    await hear(OPEN);
    await hear('40{"sid":"x"}', '42["site.changed",{"state":1}]', '2', '42["site.changed",{"state":2}]');
    expect(seen).toEqual([true, { state: 1 }, { state: 2 }]);
    const answered = connection.request('site.state', {});
    await hear('431[{"data":7}]');
    expect(await answered).toBe(7);
    expect(posted()[0]).toMatch(/^40\{"role":"visitor"/);
    expect(posted().slice(1)).toEqual(['3', '421["request","site.state",{}]']);
    expect(asked.slice(1).every(({ sid }) => sid === 'one')).toBe(true);
  });

  test('[LINE-9] no body is larger than the server takes', async () => {
    const hear = poll();
    const { connection } = connect();
    Socket.last.onclose?.();
    await hear(OPEN, '40{"sid":"x"}');
    for (let nth = 0; nth < 9; nth++) {
      connection.request('visitor.tag', { firstname: `${nth} ${'日'.repeat(30)}` }).catch(() => {});
    }
    await vi.advanceTimersByTimeAsync(0);
    const bodies = posted().slice(1);
    expect(bodies.join('\x1e').split('\x1e')).toHaveLength(9);
    for (const body of bodies) expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(1_000);
    expect(bodies.length).toBeLessThan(9);
  });

  test('[LINE-9] a proxy that answers with nothing is not asked in a circle', async () => {
    answer = async () => new Response('');
    connect();
    Socket.last.onclose?.();
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toHaveLength(1);
  });

  test('[LINE-10] page frames go as Base64 through HTTP, in order with the rest, and count until they are taken', async () => {
    const hear = poll();
    const { connection, seen } = connect();
    Socket.last.onclose?.();
    await hear(OPEN);
    await hear('40{"sid":"x"}', 'bAQD/Ag==', '42["site.changed",{"state":1}]');
    expect(seen).toEqual([true, [1, 0, 255, 2], { state: 1 }]);
    const large = new Uint8Array(100_000).map((_, at) => at % 251);
    let taken: (() => void) | undefined;
    const get = answer;
    answer = async (method, address) => {
      if (method === 'POST') await new Promise<void>((resolve) => (taken = resolve));
      return method === 'POST' ? new Response('ok') : get(method, address);
    };
    connection.sendFrame(large);
    connection.request('site.state', {}).catch(() => {});
    expect(connection.waiting).toBeGreaterThan(133_000);
    const body = posted().at(-1) ?? '';
    expect(body[0]).toBe('b');
    expect(Uint8Array.from(atob(body.slice(1)), (character) => character.charCodeAt(0))).toEqual(large);
    taken?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(posted().at(-1)).toBe('421["request","site.state",{}]');
    expect(connection.waiting).toBe('421["request","site.state",{}]'.length + 1);
    taken?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.waiting).toBe(0);
  });

  test('[LINE-10] Base64 that is none ends the connection', async () => {
    const hear = poll();
    const { seen } = connect();
    Socket.last.onclose?.();
    await hear(OPEN);
    await hear('40{"sid":"x"}', 'b!');
    expect(seen).toEqual([true, false]);
  });
});
