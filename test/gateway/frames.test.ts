import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MAX_FRAME_BYTES, MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { cases, senders } from './cases.ts';
import { RawSocket } from './RawSocket.ts';
import { rawRequest, requestFrame } from './rawRequest.ts';
import { StagedCall } from './StagedCall.ts';
import { TwoSites } from './TwoSites.ts';

const MEGABYTE = 1024 * 1024;
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** Told to every page of a site when its agents come and go, as they do in these tests. */
const PUBLIC = 'site.changed';

let house: TwoSites;
/** A live call of others, and whether anybody of it was told or cut off anything. */
let bystander: StagedCall;
const heard: string[] = [];
beforeAll(async () => {
  house = await TwoSites.start();
  bystander = await StagedCall.open(house);
  for (const { socket } of [bystander.visitor, bystander.agent]) {
    socket.onAny((event: string) => {
      if (event !== PUBLIC) heard.push(event);
    });
    socket.on('disconnect', (reason) => heard.push(reason));
  }
});
afterAll(() => house.stop());
afterEach(async () => {
  const { visitor, agent, ids } = bystander;
  expect(heard).toEqual([]);
  await visitor.request('presence.page', { title: 'Still here' });
  await agent.request('media.resume', { callId: ids.callId, consumers: [ids.consumerId] });
  expect(heard).toEqual([]);
});

const works = async (peer: Peer) => expect(await peer.raw('media.capabilities', {})).toHaveProperty('data');

describe('[SAFE-16] a request of 1 MB', () => {
  test.each(senders)('%s by %s gets PAYLOAD_TOO_LARGE, and the socket stays', async (name, role) => {
    const call = await StagedCall.open(house, 'idle');
    const input = { ...cases[name].input(call.ids), padding: 'x'.repeat(MEGABYTE) };
    const answer = await call[role].raw(name, input);
    expect(answer).toEqual({
      error: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringContaining(String(MAX_REQUEST_CHARS)) },
    });
    await works(call[role]);
    call.close();
  });

  test('that asks for no answer gets none, and the socket stays', async () => {
    const peer = await house.visitor();
    const seen: unknown[] = [];
    peer.socket.onAny((...event) => event[0] !== PUBLIC && seen.push(event));
    peer.socket.emit('request', 'visitor.tag', { firstname: 'x'.repeat(MEGABYTE) });
    await works(peer);
    expect(seen).toEqual([]);
    peer.close();
  });

  test('over polling gets it too', async () => {
    const peer = await peerOver('polling');
    const answer = await peer.raw('visitor.tag', { firstname: 'x'.repeat(MEGABYTE) });
    expect(answer).toHaveProperty('error.code', 'PAYLOAD_TOO_LARGE');
    await works(peer);
    peer.close();
  });

  test('the limit itself is taken, one character more is not', async () => {
    const peer = await house.visitor();
    const empty = requestFrame('presence.page', '{"x":""}');
    const fits = (extra: number) =>
      rawRequest(
        peer,
        requestFrame('presence.page', `{"x":"${'x'.repeat(MAX_REQUEST_CHARS - empty.length + extra)}"}`),
      );
    expect(await fits(0)).toHaveProperty('data');
    expect(await fits(1)).toHaveProperty('error.code', 'PAYLOAD_TOO_LARGE');
    peer.close();
  });
});

const peerOver = (transport: string) => Peer.visitor(house.url, {}, { transports: [transport] });

describe('[SAFE-17] a frame above what the server reads at all ends its socket alone', () => {
  test.each(['websocket', 'polling'])('over %s', async (transport) => {
    const [flooder, neighbour] = await Promise.all([peerOver(transport), peerOver(transport)]);
    const ended = flooder.ended();
    flooder.socket.emit('request', 'visitor.tag', { firstname: 'x'.repeat(MAX_FRAME_BYTES) });
    await ended;
    await works(neighbour);
    neighbour.close();
  });

  test('before it said who it is', async () => {
    for (const frame of [`40{"x":"${'x'.repeat(MAX_FRAME_BYTES)}"}`, `40{"x":"${'x'.repeat(MAX_REQUEST_CHARS)}"}`]) {
      const raw = await RawSocket.open(house.url);
      raw.send(frame);
      await raw.ended;
    }
  });

  test('as bytes', async () => {
    const raw = await RawSocket.visitor(house.url);
    raw.send('451-["request","presence.page",{"_placeholder":true,"num":0}]', new Uint8Array(MAX_FRAME_BYTES + 1));
    await raw.ended;
  });
});

describe('[SAFE-18] bytes are no input', () => {
  const bytes = [new Uint8Array(0), new Uint8Array(7), new Uint8Array(MEGABYTE)];

  test.each(senders)('%s by %s refuses them in place of its input and of each field', async (name, role) => {
    const call = await StagedCall.open(house, cases[name].stage);
    const good = cases[name].input(call.ids);
    for (const buffer of bytes) {
      const inputs = [buffer, [buffer], ...Object.keys(good).map((key) => ({ ...good, [key]: buffer }))];
      for (const input of inputs)
        expect(await call[role].raw(name, input)).toHaveProperty('error.code', 'INVALID_INPUT');
    }
    await works(call[role]);
    call.close();
  });

  test('nor a method’s name', async () => {
    const peer = await house.visitor();
    expect(await peer.raw(bytes[1], {})).toHaveProperty('error.code', 'NOT_FOUND');
    peer.close();
  });
});

describe('[SAFE-19] a packet that is none ends its socket alone', () => {
  test.each([
    ['of an unknown type', '49'],
    ['without a type', '4'],
    ['of half an event', '42["request"'],
    ['of an event that is no list', '42{"a":1}'],
    ['of an event without a name', '42[]'],
    ['of an event whose name is an object', '42[{}]'],
    ['of an event that socket.io keeps for itself', '42["disconnect"]'],
    ['of an event that Node keeps for itself', '42["newListener"]'],
    ['of a refused connection', '44{"message":"x"}'],
    ['of a connection that stands already', RawSocket.hello()],
    ['of an answer that is no list', '431{}'],
    ['that announces bytes without number', '45-["request"]'],
    ['that announces more bytes than any', '45999-["request"]'],
    ['that announces bytes and sends text', ['451-["request",{"_placeholder":true,"num":0}]', '42["request"]']],
    ['that names bytes it has not', ['451-["request",{"_placeholder":true,"num":7}]', new Uint8Array(1)]],
    ['of bytes that nobody announced', new Uint8Array([1, 2, 3])],
    ['for a place that does not exist', '42/nowhere,["request"]'],
    ['of an unknown transport type', '9'],
  ])('%s', async (_what, frames) => {
    const raw = await RawSocket.visitor(house.url);
    raw.send(...[frames].flat());
    await raw.ended;
  });

  test.each([
    ['an answer to nothing', '4399["x"]'],
    ['a close of the transport', '1'],
    ['a number as an event', '427[5]'],
    ['an event without anything', '428'],
    ['an id of any length', `42${'9'.repeat(400)}["request","presence.page",{}]`],
    ['an error as an event', '429["error",{"message":"x"}]'],
    ['a connection elsewhere', '40/nowhere,{}'],
  ])('%s does not even end that', async (_what, frame) => {
    const raw = await RawSocket.visitor(house.url);
    raw.send(frame, '4277["request","media.capabilities",{}]');
    expect(await raw.next('4377[')).toContain('"data"');
    raw.close();
  });

  test('bytes and text at random', { timeout: 60_000 + numRuns * 100 }, async () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '-',
      ',',
      '/',
      '[',
      ']',
      '{',
      '}',
      '"request"',
      '1e9',
      '"',
    );
    const text = fc
      .array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 })
      .map((all) => `4${all.join('')}`);
    const data = fc.uint8Array({ maxLength: 20 }).map((array) => new Uint8Array(array));
    const property = fc.asyncProperty(
      fc.array(fc.oneof(text, data), { minLength: 1, maxLength: 4 }),
      async (frames) => {
        const raw = await RawSocket.visitor(house.url);
        // What ends the socket ends it; what does not, or only leaves it, lets the last frame be answered.
        raw.send(...frames, '40/end,{}');
        await Promise.race([raw.ended, raw.next('44/end').catch(() => {})]);
        raw.close();
        await works(bystander.visitor);
      },
    );
    await fc.assert(property, { numRuns });
  });
});

describe('[SAFE-20] one connection is one caller', () => {
  test('of two that connect on it at once, the second is refused', async () => {
    const raw = await RawSocket.open(house.url);
    const token = house.service.token();
    raw.send(RawSocket.hello(), RawSocket.hello({ role: 'agent', token }), RawSocket.hello({ tab: newId('t') }));
    expect(await raw.next('44')).toContain('CONFLICT');
    await raw.next('42["visitor.welcome"');
    raw.send('4277["request","presence.list",{}]');
    expect(await raw.next('4377[')).toContain('FORBIDDEN');
    raw.close();
  });

  test('who was refused may try again, and who left may come back', async () => {
    const raw = await RawSocket.open(house.url);
    raw.send(RawSocket.hello({ site: 'nowhere' }));
    expect(await raw.next('44')).toContain('INVALID_INPUT');
    raw.send(RawSocket.hello());
    await raw.next('42["visitor.welcome"');
    raw.send('41', '40/nowhere,{}');
    await raw.next('44/nowhere');
    raw.send(RawSocket.hello({ role: 'agent', token: house.service.token() }));
    await raw.next('42["agent.welcome"');
    raw.close();
  });
});
