import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { CallId, ConsumerId, TransportId } from '#protocol/ids.ts';
import { dtls, screenVideo, viewer } from '#test/sfu/chromium.ts';
import { produce, share, watch } from '#test/support/callMedia.ts';
import { House } from '#test/support/House.ts';

let house: House;
beforeEach(async () => {
  house = await House.open();
});
afterEach(() => house.close());

async function ringing() {
  const [visitor, agent] = [await house.visitor(), await house.agent('anna@example.com')];
  await visitor.request('visitor.tag', { email: 'john@example.com' });
  const { call } = await agent.request('calling.start', { visitorId: visitor.caller.visitorId, kind: 'screen' });
  return { visitor, agent, callId: call.id, token: visitor.last('visitor.welcome').token };
}

async function connecting() {
  const scene = await ringing();
  await scene.visitor.request('calling.answer', { callId: scene.callId, accept: true });
  return scene;
}

const forbidden = { code: 'FORBIDDEN' };
const join = (agent: Awaited<ReturnType<House['agent']>>, callId: CallId) =>
  agent.request('media.join', { callId, rtpCapabilities: viewer() });

describe('[MEDIA-1] nothing is sent before consent, whatever the order of messages', () => {
  test('a page may join while it rings, but not produce', async () => {
    const { visitor, agent, callId } = await ringing();
    const { transport } = await visitor.request('media.join', { callId });
    expect((await join(agent, callId)).consumers).toEqual([]);
    await expect(produce(visitor, callId, transport.id)).rejects.toMatchObject(forbidden);
    expect(house.sfu.producers(callId, 'nobody')).toEqual([]);
    await visitor.request('calling.answer', { callId, accept: true });
    await produce(visitor, callId, transport.id);
    expect(agent.all('media.consumer')).toHaveLength(1);
  });

  test('sent at the same moment as the consent, what came first is refused', async () => {
    const { visitor, callId } = await ringing();
    const { transport } = await visitor.request('media.join', { callId });
    const [early, , late] = await Promise.allSettled([
      produce(visitor, callId, transport.id),
      visitor.request('calling.answer', { callId, accept: true }),
      produce(visitor, callId, transport.id),
    ]);
    expect(early).toMatchObject({ status: 'rejected', reason: forbidden });
    expect(late.status).toBe('fulfilled');
  });

  test('only the tab that consented may send', async () => {
    const { visitor, callId, token } = await connecting();
    const other = await house.visitor({ token });
    await expect(share(other, callId)).rejects.toMatchObject(forbidden);
    const { transport } = await visitor.request('media.join', { callId });
    await expect(produce(other, callId, transport.id)).rejects.toMatchObject(forbidden);
    await produce(visitor, callId, transport.id);
  });

  test('what was on its way when the call ended, or the page was reloaded, is not sent', async () => {
    for (const interrupt of ['end', 'reload'] as const) {
      const { visitor, agent, callId, token } = await connecting();
      const { transport } = await visitor.request('media.join', { callId });
      await join(agent, callId);
      const { tab } = visitor;
      house.sfu.before = async (verb) => {
        if (verb !== 'produce') return;
        if (interrupt === 'end') await agent.request('calling.end', { callId });
        else {
          visitor.leave();
          await house.visitor({ token, tab });
        }
      };
      await expect(produce(visitor, callId, transport.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(agent.all('media.consumer')).toEqual([]);
      house.sfu.before = () => {};
      if (interrupt === 'reload') await agent.request('calling.end', { callId });
      for (const page of [visitor, agent]) page.leave();
    }
  });
});

describe('[MEDIA-2] each track is offered to the agent’s page exactly once', () => {
  test('whatever of joining and producing overtakes what', async () => {
    const { visitor, agent, callId } = await connecting();
    const seen = new Set<string>();
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48_271) % 0x7fff_ffff;
      return seed % below;
    };
    const dawdle = async () => {
      for (let turns = random(6); turns > 0; turns--) await setImmediate();
    };
    for (let round = 0; round < 60; round++) {
      house.media.keepOnly(callId, []);
      const { transport } = await visitor.request('media.join', { callId });
      house.sfu.before = dawdle;
      const before = agent.all('media.consumer').length;
      const [joined, { producerId }] = await Promise.all([
        dawdle().then(() => join(agent, callId)),
        dawdle().then(() => produce(visitor, callId, transport.id)),
      ]);
      house.sfu.before = () => {};
      // More turns than any verb was held back for.
      for (let turns = 0; turns < 20; turns++) await setImmediate();
      const later = agent
        .all('media.consumer')
        .slice(before)
        .map(({ consumer }) => consumer);
      expect([...joined.consumers, ...later].map((consumer) => consumer.producerId)).toEqual([producerId]);
      seen.add(joined.consumers.length ? 'in the answer' : 'as an event');
    }
    expect(seen.size).toBe(2);
  });

  test('one that begins while the page joins anew is in the answer alone', async () => {
    const { visitor, agent, callId } = await connecting();
    const { transport } = await visitor.request('media.join', { callId });
    await join(agent, callId);
    house.sfu.before = async (verb) => {
      if (verb !== 'createTransport') return;
      house.sfu.before = () => {};
      await produce(visitor, callId, transport.id);
    };
    const { consumers } = await join(agent, callId);
    expect(consumers).toHaveLength(1);
    expect(agent.all('media.consumer')).toEqual([]);
  });

  test('only to who can receive it, not to the sender’s other pages', async () => {
    const { visitor, agent, callId, token } = await connecting();
    const other = await house.visitor({ token });
    await other.request('media.join', { callId });
    await agent.request('media.join', { callId });
    await share(visitor, callId);
    expect(agent.all('media.consumer')).toEqual([]);
    expect(other.heard.map(({ event }) => event)).not.toContain('media.consumer');
    expect((await join(agent, callId)).consumers).toHaveLength(1);
  });

  test('a track that has just ended keeps no other one from who joins', async () => {
    const { visitor, agent, callId } = await connecting();
    const { transport } = await visitor.request('media.join', { callId });
    await produce(visitor, callId, transport.id);
    await produce(visitor, callId, transport.id);
    let first = true;
    house.sfu.before = (verb) => {
      if (verb !== 'consume' || !first) return;
      first = false;
      throw new CvError('NOT_FOUND', 'no such producer');
    };
    expect((await join(agent, callId)).consumers).toHaveLength(1);
  });

  test('its end is told to the agent’s page', async () => {
    const { visitor, agent, callId } = await connecting();
    await share(visitor, callId);
    const { consumers } = await watch(agent, callId);
    await visitor.request('media.join', { callId });
    expect(agent.all('media.consumerClosed')).toEqual([{ callId, consumerId: consumers[0]?.id }]);
  });
});

describe('[MEDIA-3] who is in a call’s room', () => {
  test('joining again replaces what was there, and a join that another one overtook is refused', async () => {
    const { visitor, agent, callId } = await connecting();
    await share(visitor, callId);
    const first = await watch(agent, callId);
    const second = await watch(agent, callId);
    expect(second.transport.id).not.toBe(first.transport.id);
    expect(second.consumers.map(({ producerId }) => producerId)).toEqual(
      first.consumers.map(({ producerId }) => producerId),
    );

    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let holding = true;
    house.sfu.before = (verb) => {
      if (verb !== 'consume' || !holding) return;
      holding = false;
      return held;
    };
    const overtaken = join(agent, callId);
    await setImmediate();
    const third = await join(agent, callId);
    release();
    await expect(overtaken).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(third.consumers).toHaveLength(1);
  });

  test('consent in one tab puts the others out of the room; a lost capture puts the sharing one out', async () => {
    const { visitor, agent, callId, token } = await ringing();
    const other = await house.visitor({ token });
    for (const page of [visitor, other]) await page.request('media.join', { callId });
    await join(agent, callId);
    const inRoom = () => [...(house.sfu.rooms.get(callId)?.keys() ?? [])].sort();
    expect(inRoom()).toEqual([visitor, other, agent].map(({ caller }) => caller.tab).sort());
    await visitor.request('calling.answer', { callId, accept: true });
    expect(inRoom()).toEqual([visitor, agent].map(({ caller }) => caller.tab).sort());
    visitor.leave();
    await house.visitor({ token, tab: visitor.tab });
    expect(inRoom()).toEqual([agent.caller.tab]);
  });

  test('one page of the agent, and nothing that belongs to another page or call', async () => {
    const { visitor, agent, callId } = await connecting();
    await share(visitor, callId);
    const { transport, consumers } = await join(agent, callId);
    const second = await house.agent('anna@example.com');
    await expect(join(second, callId)).rejects.toMatchObject({ code: 'CONFLICT' });
    const resume = consumers.map(({ id }) => id);
    const connect = { callId, transportId: transport.id, dtlsParameters: dtls, resume };
    await expect(second.request('media.connect', connect)).rejects.toMatchObject({ code: 'CONFLICT' });
    const nothing = { code: 'NOT_FOUND' };
    await expect(second.request('media.resume', { callId, consumers: resume })).rejects.toMatchObject(nothing);
    const unknown = '00000000-0000-4000-8000-000000000000';
    const consumer = unknown as string as ConsumerId;
    await expect(agent.request('media.resume', { callId, consumers: [consumer] })).rejects.toMatchObject(nothing);
    await expect(produce(visitor, callId, unknown as string as TransportId)).rejects.toMatchObject(nothing);
    expect(agent.last('calling.changed').call.state).toBe('connecting');
  });

  test('neither side, the other one’s transport', async () => {
    const { visitor, agent, callId } = await connecting();
    const mine = await visitor.request('media.join', { callId });
    const theirs = await join(agent, callId);
    const nothing = { code: 'NOT_FOUND' };
    const connect = { callId, dtlsParameters: dtls, resume: [] };
    await expect(agent.request('media.connect', { ...connect, transportId: mine.transport.id })).rejects.toMatchObject(
      nothing,
    );
    await expect(produce(visitor, callId, theirs.transport.id)).rejects.toMatchObject(nothing);
    await produce(visitor, callId, mine.transport.id);
    await agent.request('media.connect', { ...connect, transportId: theirs.transport.id });
  });

  test('nobody, when the call has ended', async () => {
    const { visitor, agent, callId } = await connecting();
    await share(visitor, callId);
    await agent.request('calling.end', { callId });
    expect(house.sfu.rooms.size).toBe(0);
    for (const page of [visitor, agent]) {
      await expect(page.request('media.join', { callId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

test('[MEDIA-6] parameters that are not media parameters are refused with the field’s name before they reach the media server', async () => {
  const { visitor, agent, callId } = await connecting();
  const { transport } = await visitor.request('media.join', { callId });
  const asked: string[] = [];
  house.sfu.before = (verb) => void asked.push(verb);
  const good = {
    callId,
    transportId: transport.id,
    kind: 'video',
    source: 'screen',
    rtpParameters: screenVideo(),
    dtlsParameters: dtls,
  };
  const wrong = [
    ['dtlsParameters', { ...good, dtlsParameters: { role: 'auto', fingerprints: [] } }],
    ['rtpParameters', { ...good, rtpParameters: { codecs: [], encodings: [] } }],
    ['kind', { ...good, kind: 'smell' }],
    ['transportId', { ...good, transportId: 'x' }],
  ] as const;
  for (const [field, input] of wrong) {
    const refused = visitor.request('media.produce', input as never);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining(field) });
  }
  const deaf = agent.request('media.join', { callId, rtpCapabilities: { codecs: 'all' } as never });
  await expect(deaf).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(asked).toEqual([]);
});

test('[MEDIA-4] a page that was about to join when the room was lost is told to join again', async () => {
  const { agent, callId } = await connecting();
  house.sfu.before = (verb) => {
    if (verb !== 'createTransport') return;
    house.sfu.before = () => {};
    house.sfu.lose(callId);
    throw new CvError('UNAVAILABLE', 'the media worker is gone');
  };
  await expect(join(agent, callId)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(agent.all('media.lost')).toEqual([{ callId }]);
  expect((await join(agent, callId)).consumers).toEqual([]);
});
