import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MethodName } from '#protocol/api.ts';
import type { Role } from '#protocol/contract.ts';
import { screenAudio } from '#test/sfu/chromium.ts';
import { Peer } from '#test/support/Peer.ts';
import { cases, senders } from './cases.ts';
import { type CallIds, StagedCall, strangerIds } from './StagedCall.ts';
import { TwoSites } from './TwoSites.ts';

let house: TwoSites;
/** A live call of the other site, and one of this site that is not the attacker's. */
let elsewhere: StagedCall;
let beside: StagedCall;
beforeAll(async () => {
  house = await TwoSites.start();
  elsewhere = await StagedCall.open(house, 'active', 'other');
  beside = await StagedCall.open(house, 'active', 'demo');
  for (const call of [elsewhere, beside]) await call.share('granted');
});
afterAll(() => house.stop());

const idNames = Object.keys(strangerIds()) as (keyof CallIds)[];

/** Methods whose requests name something that belongs to somebody. */
const naming = senders.filter(
  ([name]) => new Set([1, 2].map(() => JSON.stringify(cases[name].input(strangerIds())))).size > 1,
);
/** A visitor may tag itself with any email; that it names somebody is what the tag is for. */
const asking = naming.filter(([name]) => name !== 'visitor.tag');
const ofConversations = naming.filter(([name]) => 'conversationId' in cases[name].input(strangerIds()));
const ofCalls = naming.filter(([name]) => 'callId' in cases[name].input(strangerIds()));
/** Whoever may see a visitor may join; all else is for those who share and watch. */
const ofSharings = naming.filter(([name]) => uses(name, 'cobrowseId') && name !== 'cobrowse.join');

/** Told to every page of a site when its agents come and go, as they do in these tests. */
const PUBLIC = 'site.changed';

/** Both sides of the call go on as if nothing had happened, and can still send something new. */
async function expectUndisturbed(call: StagedCall, act: () => Promise<void>): Promise<void> {
  const { visitor, agent, ids } = call;
  const heard: string[] = [];
  const listen = (event: string) => void (event === PUBLIC || heard.push(event));
  const before = call.producers;
  for (const peer of [visitor, agent]) peer.socket.onAny(listen);
  await act();
  // What an attack had told them would have come before these answers.
  const { callId } = ids;
  await visitor.request('media.capabilities', {});
  await agent.request('media.resume', { callId, consumers: [ids.consumerId] });
  for (const peer of [visitor, agent]) peer.socket.offAny(listen);
  expect(heard).toEqual([]);
  expect(call.producers).toEqual(before);
}

const ofChat = ({ conversationId }: CallIds) => ({ conversationId });

async function expectUnheard(peers: readonly Peer[], act: () => Promise<void>): Promise<void> {
  // What was under way before has to be through.
  for (const peer of peers) await peer.request('media.capabilities', {});
  const heard: string[] = [];
  const listen = (event: string) => void (event === PUBLIC || heard.push(event));
  for (const peer of peers) peer.socket.onAny(listen);
  await act();
  for (const peer of peers) await peer.request('media.capabilities', {});
  for (const peer of peers) peer.socket.offAny(listen);
  expect(heard).toEqual([]);
}

/** An answer as text, without the ids that it was asked about: a message may repeat them. */
function textOf(answer: unknown, asked: Partial<CallIds>): string {
  let text = JSON.stringify(answer);
  for (const [name, id] of Object.entries(asked)) text = text.replaceAll(id, `<${name}>`);
  return text;
}

test('[SAFE-5] what is attacked is found in the contract: every method that names something', () => {
  expect(asking.map(([name]) => name)).toEqual(expect.arrayContaining(['presence.status', 'calling.start']));
  expect(ofCalls.map(([name]) => name)).toEqual(expect.arrayContaining(['calling.end', 'media.connect']));
  expect(ofSharings.map(([name]) => name)).toEqual(expect.arrayContaining(['cobrowse.grant', 'cobrowse.command']));
  expect(ofConversations).toHaveLength(8);
  expect(asking.map(([name]) => name)).toContain('chat.send');
});

describe('[SAFE-5] an id of another site is answered as one that does not exist', () => {
  test.each(asking)('%s by %s', async (name, role) => {
    await expectUndisturbed(elsewhere, async () => {
      const attacker = await StagedCall.open(house, cases[name].stage);
      const foreign = await attacker[role].raw(name, cases[name].input(elsewhere.ids));
      const strangers = strangerIds();
      const unknown = await attacker[role].raw(name, cases[name].input(strangers));
      expect(textOf(foreign, elsewhere.ids)).toBe(textOf(unknown, strangers));
      if ('error' in foreign) expect(foreign.error.code).toBe('NOT_FOUND');
      else expect(foreign.data).toEqual({});
      attacker.close();
    });
  });
});

/** Whether a request of the method names this id. */
function uses(name: MethodName, id: keyof CallIds): boolean {
  const ids = strangerIds();
  return JSON.stringify(cases[name].input(ids)).includes(ids[id]);
}

/** The attacker's own request with one id that is not its own. */
async function askWithOne(attacker: StagedCall, role: Role, name: MethodName, id: keyof CallIds, of: CallIds) {
  return attacker[role].raw(name, cases[name].input({ ...attacker.ids, [id]: of[id] }));
}

describe('[SAFE-5] so is one foreign id among own ones', () => {
  const mixed = asking.flatMap(([name, role]) =>
    idNames.filter((id) => uses(name, id)).map((id) => [name, role, id] as const),
  );

  test.each(mixed)('%s by %s with a foreign %s', async (name, role, id) => {
    await expectUndisturbed(elsewhere, async () => {
      // Each on a call of its own: the first request may have used the call up.
      const [one, two] = await Promise.all([1, 2].map(() => StagedCall.open(house, cases[name].stage)));
      if (!one || !two) throw new Error('two calls');
      const foreign = await askWithOne(one, role, name, id, elsewhere.ids);
      const strangers = strangerIds();
      const unknown = await askWithOne(two, role, name, id, strangers);
      expect(textOf(foreign, { ...one.ids, [id]: elsewhere.ids[id] })).toBe(
        textOf(unknown, { ...two.ids, [id]: strangers[id] }),
      );
      if ('error' in foreign) expect(foreign.error.code).toBe('NOT_FOUND');
      for (const call of [one, two]) call.close();
    });
  });
});

describe('[SAFE-6] a call of the same site, or a sharing, belongs to its visitor and its agents alone', () => {
  test.each([...ofCalls, ...ofSharings])('%s by another %s', async (name, role) => {
    await expectUndisturbed(beside, async () => {
      const attacker = await StagedCall.open(house, cases[name].stage);
      const foreign = await attacker[role].raw(name, cases[name].input(beside.ids));
      const unknown = await attacker[role].raw(name, cases[name].input(strangerIds()));
      expect(JSON.stringify(foreign)).toBe(JSON.stringify(unknown));
      expect(foreign).toMatchObject({ error: { code: 'NOT_FOUND' } });
      attacker.close();
    });
  });

  test.each(ofConversations)('%s of a person who is assigned to another agent, by %s', async (name, role) => {
    const [call, attacker] = [await StagedCall.open(house, 'idle'), await StagedCall.open(house, cases[name].stage)];
    await call.visitor.request('visitor.tag', { assignedUser: call.ids.agentEmail });
    await expectUnheard([call.visitor, call.agent], async () => {
      const foreign = await attacker[role].raw(name, cases[name].input({ ...attacker.ids, ...ofChat(call.ids) }));
      const strangers = ofChat(strangerIds());
      const unknown = await attacker[role].raw(name, cases[name].input({ ...attacker.ids, ...strangers }));
      expect(textOf(foreign, ofChat(call.ids))).toBe(textOf(unknown, strangers));
      if ('error' in foreign) expect(foreign.error.code).toBe('NOT_FOUND');
      else expect(foreign.data).toEqual({});
    });
    for (const peers of [call, attacker]) peers.close();
  });

  test('a visitor who is assigned to an agent does not exist for the others', async () => {
    const call = await StagedCall.open(house, 'idle');
    const mine = await house.newAgent('demo');
    await call.visitor.request('visitor.tag', { assignedUser: mine.email });
    for (const name of ['calling.start', 'presence.status'] as const) {
      const foreign = await call.agent.raw(name, cases[name].input(call.ids));
      expect(JSON.stringify(foreign)).toBe(
        JSON.stringify(await call.agent.raw(name, cases[name].input(strangerIds()))),
      );
    }
    const assigned = await Peer.agent(house.url, mine.token);
    expect(await assigned.raw('calling.start', cases['calling.start'].input(call.ids))).toHaveProperty('data');
    assigned.close();
    call.close();
  });
});

describe('[SAFE-7] nothing of one site is told to another', () => {
  test('watching agents hear of their own site alone', async () => {
    const [here, there] = await Promise.all([house.agent('demo'), house.agent('other')]);
    await here.request('presence.watch', { on: true });
    const seen = await there.request('presence.watch', { on: true });
    expect(seen.map(({ visitorId }) => visitorId)).toEqual([elsewhere.ids.visitorId]);
    const visitor = await house.visitor('demo');
    const email = strangerIds().email;
    await visitor.request('visitor.tag', { email });
    await here.event('presence.changed', ({ changed }) => changed.some((user) => user.email === email));
    await elsewhere.visitor.request('presence.page', { title: 'Told' });
    const told = await there.event('presence.changed');
    expect(told.changed.map(({ title }) => title)).toEqual(['Told']);
    expect(JSON.stringify(await there.request('presence.list', {}))).not.toContain(email);
    for (const peer of [here, there, visitor]) peer.close();
  });

  test('a person of the same email and id on another site is another person', async () => {
    const tag = { id: 'shared', email: 'shared@example.com' };
    await elsewhere.visitor.request('visitor.tag', { ...tag, firstname: 'Secret' });
    const visitor = await house.visitor('demo');
    const { person } = await visitor.request('visitor.tag', tag);
    expect(person.firstname).toBeUndefined();
    const agent = await house.agent('demo');
    for (const query of [tag.id, tag.email]) {
      expect(await agent.request('presence.status', { query })).not.toHaveProperty('firstname');
    }
    for (const peer of [visitor, agent]) peer.close();
  });

  test.each(['demo', 'other'] as const)('nobody of %s takes over an agent’s page by its tab id', async (site) => {
    const call = await StagedCall.open(house, 'ringing', 'other');
    const thief = await house.agent(site, { tab: call.agent.tab });
    expect((await thief.event('agent.welcome')).calls).toEqual([]);
    await call.visitor.request('calling.answer', { callId: call.ids.callId, accept: true });
    await call.agent.event('calling.changed', ({ call: { state } }) => state === 'connecting');
    await thief.request('presence.list', {});
    expect(thief.received('calling.changed')).toBe(false);
    expect(call.agent.socket.connected).toBe(true);
    thief.close();
    call.close();
  });

  test.each(['demo', 'other'] as const)('nobody of %s takes over a visitor’s page by its tab id', async (site) => {
    const call = await StagedCall.open(house, 'accepted', 'other');
    const thief = await house.visitor(site, { tab: call.visitor.tab, sharing: call.ids.callId });
    expect((await thief.event('visitor.welcome')).calls).toEqual([]);
    await call.agent.request('calling.end', { callId: call.ids.callId });
    await call.visitor.event('calling.changed', ({ call: { state } }) => state === 'ended');
    await thief.request('media.capabilities', {});
    expect(thief.received('calling.changed')).toBe(false);
    expect(call.visitor.socket.connected).toBe(true);
    thief.close();
    call.close();
  });
});

test('[SAFE-5] after all of it the attacked calls take a new track', async () => {
  for (const call of [elsewhere, beside]) {
    const { callId, visitorTransport: transportId } = call.ids;
    const track = { kind: 'audio', source: 'screen-audio', rtpParameters: screenAudio() } as const;
    const { producerId } = await call.visitor.request('media.produce', { callId, transportId, ...track });
    const { consumer } = await call.agent.event('media.consumer', (event) => event.consumer.producerId === producerId);
    await call.agent.request('media.resume', { callId, consumers: [consumer.id] });
    expect(call.producers).toHaveLength(2);
  }
});
