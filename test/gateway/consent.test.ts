import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProducerId, TransportId } from '#protocol/ids.ts';
import { dtls, screenAudio, screenVideo } from '#test/sfu/chromium.ts';
import type { Peer } from '#test/support/Peer.ts';
import type { Answer } from './rawRequest.ts';
import { StagedCall } from './StagedCall.ts';
import { TwoSites } from './TwoSites.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 60);
const timeout = 60_000 + numRuns * 500;

let house: TwoSites;
beforeAll(async () => {
  house = await TwoSites.start();
});
afterAll(() => house.stop());

/** The call, and a second tab of its visitor. */
async function ringing(): Promise<{ call: StagedCall; tab: Peer }> {
  const call = await StagedCall.open(house, 'ringing');
  const { token } = await call.visitor.event('visitor.welcome');
  return { call, tab: await house.visitor('demo', { token }) };
}

/** Sends a track as a browser would that was let to. */
function produce(peer: Peer, { ids }: StagedCall, transportId: TransportId = ids.visitorTransport): Promise<Answer> {
  const track = { kind: 'video', source: 'screen', rtpParameters: screenVideo() };
  return peer.raw('media.produce', { callId: ids.callId, transportId, dtlsParameters: dtls, ...track });
}

async function join(peer: Peer, { ids }: StagedCall): Promise<TransportId> {
  return (await peer.request('media.join', { callId: ids.callId })).transport.id;
}

const accept = (peer: Peer, { ids: { callId } }: StagedCall) =>
  peer.request('calling.answer', { callId, accept: true });

function expectForbidden(answer: Answer, word: string): void {
  expect(answer).toEqual({ error: { code: 'FORBIDDEN', message: expect.stringContaining(word) } });
}

describe('[SAFE-14] nothing reaches the media server before consent', () => {
  test('while it rings, though the page has joined', async () => {
    const { call, tab } = await ringing();
    call.ids.visitorTransport = await join(call.visitor, call);
    for (let i = 0; i < 3; i++) expectForbidden(await produce(call.visitor, call), 'before');
    expectForbidden(await produce(tab, call, await join(tab, call)), 'before');
    expect(call.producers).toEqual([]);
    // The refused requests left the transport as it was.
    await accept(call.visitor, call);
    expect(await produce(call.visitor, call)).toHaveProperty('data.producerId');
    expect(call.producers).toHaveLength(1);
    for (const peer of [call, tab]) peer.close();
  });

  test('from a page that claims at its handshake to be sharing already', async () => {
    const { call, tab } = await ringing();
    const { token } = await call.visitor.event('visitor.welcome');
    const claims = await house.visitor('demo', { token, sharing: call.ids.callId });
    expectForbidden(await produce(claims, call, await join(claims, call)), 'before');
    expect(call.producers).toEqual([]);
    for (const peer of [call, tab, claims]) peer.close();
  });

  test('from another tab than the one that accepted', async () => {
    const { call, tab } = await ringing();
    const before = await join(tab, call);
    await accept(call.visitor, call);
    expectForbidden(await produce(tab, call, before), 'consented');
    expectForbidden(await produce(tab, call, await join(tab, call)), 'consented');
    call.ids.visitorTransport = await join(call.visitor, call);
    expectForbidden(await produce(tab, call), 'consented');
    expect(call.producers).toEqual([]);
    for (const peer of [call, tab]) peer.close();
  });

  test('from the accepting tab after its page was reloaded, until the visitor consents again', async () => {
    const call = await StagedCall.open(house, 'active');
    const { token } = await call.visitor.event('visitor.welcome');
    const reloaded = await house.visitor('demo', { token, tab: call.visitor.tab });
    const transport = await join(reloaded, call);
    expectForbidden(await produce(reloaded, call, transport), 'consented');
    expect(call.producers).toEqual([]);
    await accept(reloaded, call);
    expect(await produce(reloaded, call, transport)).toHaveProperty('data.producerId');
    reloaded.close();
    call.close();
  });

  test('from the agent', async () => {
    const call = await StagedCall.open(house, 'joined');
    for (const transport of [call.ids.agentTransport, call.ids.visitorTransport]) {
      expectForbidden(await produce(call.agent, call, transport), 'visitor');
    }
    expect(call.producers).toEqual([]);
    call.close();
  });

  test.each(['declined', 'ended by the agent', 'ended by the visitor'])('after the call was %s', async (how) => {
    const { call, tab } = await ringing();
    const { callId } = call.ids;
    call.ids.visitorTransport = await join(call.visitor, call);
    if (how === 'declined') await call.visitor.request('calling.answer', { callId, accept: false });
    else await (how === 'ended by the agent' ? call.agent : call.visitor).request('calling.end', { callId });
    for (const peer of [call.visitor, tab]) {
      expect(await produce(peer, call)).toMatchObject({ error: { code: 'NOT_FOUND' } });
      expect(await peer.raw('calling.answer', { callId, accept: true })).toMatchObject({
        error: { code: 'NOT_FOUND' },
      });
      expect(await produce(peer, call)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
    expect(call.producers).toEqual([]);
    for (const peer of [call, tab]) peer.close();
  });
});

const transportOf = (answer: Answer): TransportId | undefined =>
  'data' in answer ? (answer.data as { transport: { id: TransportId } }).transport.id : undefined;

interface Step {
  who: 'first' | 'second' | 'agent';
  what: 'accept' | 'decline' | 'end' | 'produce' | 'join';
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom('first', 'first', 'second', 'second', 'agent'),
  what: fc.constantFrom(
    'accept',
    'accept',
    'decline',
    'end',
    'produce',
    'produce',
    'produce',
    'produce',
    'join',
    'join',
  ),
});

test('[SAFE-14] whatever the order of the messages', { timeout }, async () => {
  let sent = 0;
  let refused = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 16 }), async (steps) => {
    const { call, tab } = await ringing();
    const { callId } = call.ids;
    const peers = { first: call.visitor, second: tab, agent: call.agent };
    const transports = {
      first: await join(peers.first, call),
      second: await join(peers.second, call),
      agent: await join(peers.agent, call),
    };
    const requests = {
      accept: () => ['calling.answer', { callId, accept: true }],
      decline: () => ['calling.answer', { callId, accept: false }],
      end: () => ['calling.end', { callId }],
      join: () => ['media.join', { callId }],
      produce: (who: Step['who'], number: number) => [
        'media.produce',
        {
          callId,
          transportId: transports[who],
          kind: 'audio',
          source: 'screen-audio',
          rtpParameters: screenAudio(number),
        },
      ],
    };
    const asked: Promise<Answer>[] = [];
    for (const [number, { who, what }] of steps.entries()) {
      const [name, input] = requests[what](who, number);
      const answer = peers[who].raw(name, input);
      asked.push(answer);
      // Nothing else waits for the answer to what went before; a transport has to be known to be used.
      if (what === 'join') transports[who] = transportOf(await answer) ?? transports[who];
    }
    const answers = await Promise.all(asked);
    const answered = steps.map((each, index) => ({ ...each, answer: answers[index] as Answer }));
    const known = new Set<ProducerId>();
    for (const [index, { who, what, answer }] of answered.entries()) {
      if (what !== 'produce') continue;
      if ('error' in answer) {
        expect(['FORBIDDEN', 'NOT_FOUND', 'CONFLICT']).toContain(answer.error.code);
        refused++;
        continue;
      }
      sent++;
      known.add((answer.data as { producerId: ProducerId }).producerId);
      const consented = answered
        .slice(0, index)
        .some((earlier) => earlier.who === who && earlier.what === 'accept' && 'data' in earlier.answer);
      expect(consented, `${who} sent a track without having accepted`).toBe(true);
    }
    for (const producer of call.producers) expect(known).toContain(producer);
    for (const peer of [call, tab]) peer.close();
  });
  await fc.assert(property, { numRuns });
  // Both happen, so that the property says something.
  expect(sent).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});
