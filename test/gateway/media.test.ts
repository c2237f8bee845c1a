import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MethodName } from '#protocol/api.ts';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { dtls, screenAudio, screenVideo, videoCodecNames, viewer } from '#test/sfu/chromium.ts';
import { mutated, rtpCapabilities, rtpParameters } from '#test/sfu/hostile.ts';
import type { Peer } from '#test/support/Peer.ts';
import { methodOf } from './cases.ts';
import type { Answer } from './rawRequest.ts';
import { StagedCall } from './StagedCall.ts';
import { TwoSites } from './TwoSites.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);
const timeout = 60_000 + numRuns * 100;

let house: TwoSites;
/** Another live call on the same worker, and what its two sides hear. */
let bystander: StagedCall;
let attacked: StagedCall;
const heard: string[] = [];
let pids: number[];

beforeAll(async () => {
  house = await TwoSites.start();
  pids = house.service.coview.sfu.workerPids;
  bystander = await StagedCall.open(house);
  for (const peer of [bystander.visitor, bystander.agent])
    peer.socket.onAny((event: string) => {
      // Told to every page of a site when its agents come and go, as they do in these tests.
      if (event !== 'site.changed') heard.push(event);
    });
});
afterAll(() => house.stop());

beforeEach(async () => {
  attacked = await StagedCall.open(house, 'joined');
});
afterEach(async () => {
  vi.restoreAllMocks();
  attacked.close();
  const { visitor, agent, ids, producers } = bystander;
  const { callId } = ids;
  await visitor.request('media.capabilities', {});
  await agent.request('media.resume', { callId, consumers: [ids.consumerId] });
  expect(heard).toEqual([]);
  expect(producers).toEqual([ids.producerId]);
  expect(house.service.coview.sfu.workerPids).toEqual(pids);
});

/**
 * Asks, and expects an answer that fits: what the contract refuses comes to no verb of the media server, and what
 * the media server refuses ends no worker.
 */
async function expectHarmless(peer: Peer, name: MethodName, input: Record<string, unknown>): Promise<Answer> {
  const { sfu } = house.service.coview;
  const verbs = (['connectTransport', 'produce', 'consume', 'createTransport'] as const).map((verb) =>
    vi.spyOn(sfu, verb),
  );
  const answer = (await peer.raw(name, input)) as Answer;
  const sent = JSON.stringify(input);
  const malformed = !methodOf(name).input.safeParse(JSON.parse(sent)).success;
  // What chance made so large is refused for its size, before anybody looks into it.
  const refusal = sent.length > MAX_REQUEST_CHARS - 200 ? /^(INVALID_INPUT|PAYLOAD_TOO_LARGE)$/ : /^INVALID_INPUT$/;
  if (malformed) for (const verb of verbs) expect(verb).not.toHaveBeenCalled();
  for (const verb of verbs) verb.mockRestore();
  if (malformed) expect(answer).toHaveProperty('error.code', expect.stringMatching(refusal));
  else if ('error' in answer) expect(['INVALID_INPUT', 'CONFLICT']).toContain(answer.error.code);
  if ('error' in answer) expect(answer.error.message.length).toBeGreaterThan(10);
  expect(sfu.workerPids).toEqual(pids);
  return answer;
}

const transportOf = async (peer: Peer) =>
  (await peer.request('media.join', { callId: attacked.ids.callId })).transport.id;

describe('[SAFE-15] malformed media parameters get an error, and neither a worker nor another call notices', () => {
  test('a track’s', { timeout }, async () => {
    const { callId } = attacked.ids;
    const good = videoCodecNames.map((codec) => screenVideo(codec));
    const rtp = fc.oneof(fc.constantFrom(...good), mutated(...good, screenAudio()), rtpParameters);
    const tracks = fc.record({ rtpParameters: rtp, kind: fc.constantFrom('video', 'video', 'audio') });
    let produced = 0;
    let failed = 0;
    const property = fc.asyncProperty(tracks, async (track) => {
      const transportId = await transportOf(attacked.visitor);
      const input = { callId, transportId, source: 'screen', ...track };
      const answer = await expectHarmless(attacked.visitor, 'media.produce', input);
      if ('data' in answer) produced++;
      else failed++;
      expect(attacked.producers).toHaveLength('data' in answer ? 1 : 0);
    });
    await fc.assert(property, { numRuns });
    expect(produced).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
  });

  test('a certificate’s, of who sends and of who receives', { timeout }, async () => {
    const { callId } = attacked.ids;
    let failed = 0;
    const property = fc.asyncProperty(mutated(dtls), async (dtlsParameters) => {
      const [sender, receiver] = await Promise.all([transportOf(attacked.visitor), transportOf(attacked.agent)]);
      const track = { kind: 'video', source: 'screen', rtpParameters: screenVideo() };
      const answers = [
        await expectHarmless(attacked.visitor, 'media.produce', {
          callId,
          transportId: sender,
          dtlsParameters,
          ...track,
        }),
        await expectHarmless(attacked.agent, 'media.connect', { callId, transportId: receiver, dtlsParameters }),
      ];
      failed += answers.filter((answer) => 'error' in answer).length;
    });
    await fc.assert(property, { numRuns });
    expect(failed).toBeGreaterThan(0);
  });

  test('a receiver’s capabilities', { timeout }, async () => {
    const { callId, visitorTransport: transportId } = attacked.ids;
    const track = { kind: 'video', source: 'screen', rtpParameters: screenVideo() } as const;
    await attacked.visitor.request('media.produce', { callId, transportId, ...track });
    let consumed = 0;
    let failed = 0;
    const capabilities = fc.oneof(mutated(viewer()), rtpCapabilities);
    const property = fc.asyncProperty(capabilities, async (candidate) => {
      const answer = await expectHarmless(attacked.agent, 'media.join', { callId, rtpCapabilities: candidate });
      if ('error' in answer) {
        failed++;
        return;
      }
      const { consumers } = answer.data as { consumers: { id: string }[] };
      consumed += consumers.length;
      if (consumers.length === 0) return;
      await expectHarmless(attacked.agent, 'media.resume', { callId, consumers: consumers.map(({ id }) => id) });
    });
    await fc.assert(property, { numRuns });
    expect(consumed).toBeGreaterThan(0);
    expect(failed).toBeGreaterThan(0);
  });
});

test('[SAFE-15] the call under attack itself goes on with good parameters', async () => {
  const { callId } = attacked.ids;
  const bad = {
    callId,
    transportId: attacked.ids.visitorTransport,
    kind: 'video',
    source: 'screen',
    rtpParameters: {},
  };
  expect(await attacked.visitor.raw('media.produce', bad)).toHaveProperty('error.code', 'INVALID_INPUT');
  const good = { ...bad, dtlsParameters: dtls, rtpParameters: screenVideo() };
  expect(await attacked.visitor.raw('media.produce', good)).toHaveProperty('data.producerId');
  const { consumer } = await attacked.agent.event('media.consumer');
  const { agentTransport: transportId } = attacked.ids;
  await attacked.agent.request('media.connect', { callId, transportId, dtlsParameters: dtls, resume: [consumer.id] });
  await attacked.visitor.event('calling.changed', ({ call }) => call.state === 'active');
});
