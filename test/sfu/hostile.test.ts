import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { TransportId } from '#protocol/ids.ts';
import { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';
import { EmbeddedSfu } from '#sfu/EmbeddedSfu.ts';
import { Call } from './Call.ts';
import { dtls, screenAudio, screenVideo, videoCodecNames, viewer } from './chromium.ts';
import { mutated, plausible, rtpCapabilities, rtpParameters } from './hostile.ts';

/** FUZZ_RUNS=100000 looks harder. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 400);
const timeout = 20_000 + numRuns * 50;
const room = 'hostile';

const videos = videoCodecNames.map((codec) => screenVideo(codec));
const rtp = fc.oneof(mutated(...videos, screenAudio()), rtpParameters, plausible(...videos));
const capabilities = fc.oneof(mutated(viewer()), rtpCapabilities);

describe('[SFU-31] parameters that the contract lets through harm no worker', () => {
  let sfu: EmbeddedSfu;
  let pid: number | undefined;

  beforeAll(async () => {
    sfu = await EmbeddedSfu.create({ workers: 1, listen: [{ ip: '127.0.0.1' }], port: 0 });
    [pid] = sfu.workerPids;
    await sfu.openRoom(room);
  });
  afterAll(() => sfu.close());

  /** Undefined if the engine refused it as it should: with a word to the sender, and alive. */
  async function survived<T>(asked: Promise<T>): Promise<T | undefined> {
    const answer = await asked.catch((error: unknown) => {
      expect(error).toBeInstanceOf(CvError);
      expect(error).toMatchObject({ code: 'INVALID_INPUT' });
      return undefined;
    });
    expect(sfu.workerPids).toEqual([pid]);
    return answer;
  }

  async function stillWorks(): Promise<void> {
    const call = await Call.open(sfu, 'honest');
    const { producerId } = await call.share();
    await sfu.resume(call.room, 'agent', (await call.watch(producerId)).id);
    call.close();
    await sfu.stats();
    expect(sfu.workerPids).toEqual([pid]);
  }

  const produce = (transportId: TransportId, rtpParameters: RtpParameters, kind: 'audio' | 'video') =>
    sfu.produce(room, 'visitor', { transportId, kind, source: 'screen', rtpParameters });

  it('of DTLS', { timeout }, async () => {
    const property = fc.asyncProperty(mutated(dtls), async (candidate) => {
      const { data } = DtlsParameters.safeParse(candidate);
      if (!data) return;
      const { id } = await sfu.createTransport(room, 'visitor');
      await survived(sfu.connectTransport(room, id, data));
    });
    await fc.assert(property, { numRuns });
    await stillWorks();
  });

  it('of a sender', { timeout }, async () => {
    let produced = 0;
    const several = fc.array(rtp, { minLength: 1, maxLength: 3 });
    const kinds = fc.constantFrom<'audio' | 'video'>('video', 'video', 'video', 'audio');
    const property = fc.asyncProperty(several, kinds, async (candidates, kind) => {
      const { id } = await sfu.createTransport(room, 'visitor');
      await sfu.createTransport(room, 'agent');
      for (const candidate of candidates) {
        const { data } = RtpParameters.safeParse(candidate);
        const producerId = data && (await survived(produce(id, data, kind)));
        if (!producerId) continue;
        produced++;
        const consumer = await survived(sfu.consume(room, 'agent', producerId, viewer()));
        if (consumer) await survived(sfu.resume(room, 'agent', consumer.id));
      }
    });
    await fc.assert(property, { numRuns });
    expect(produced).toBeGreaterThan(numRuns / 20);
    await stillWorks();
  });

  it('of a receiver', { timeout }, async () => {
    let consumed = 0;
    const property = fc.asyncProperty(capabilities, fc.constantFrom(...videos), async (candidate, video) => {
      const { data } = RtpCapabilities.safeParse(candidate);
      if (!data) return;
      const { id } = await sfu.createTransport(room, 'visitor');
      const producerId = await produce(id, video, 'video');
      await sfu.createTransport(room, 'agent');
      const consumer = await survived(sfu.consume(room, 'agent', producerId, data));
      if (!consumer) return;
      consumed++;
      await survived(sfu.resume(room, 'agent', consumer.id));
    });
    await fc.assert(property, { numRuns });
    expect(consumed).toBeGreaterThan(numRuns / 40);
    await stillWorks();
  });
});

describe('[SFU-32] the contract refuses', () => {
  const sha256 = dtls.fingerprints[0];

  it.each([
    ['no fingerprint', { ...dtls, fingerprints: [] }],
    ['a fingerprint of another length', { fingerprints: [{ ...sha256, algorithm: 'sha-1' }] }],
    ['an empty fingerprint', { fingerprints: [{ ...sha256, value: '' }] }],
    ['an unknown algorithm', { fingerprints: [{ ...sha256, algorithm: 'md5' }] }],
    ['an unknown role', { ...dtls, role: 'actpass' }],
  ])('%s', (_what, candidate) => {
    expect(DtlsParameters.safeParse(candidate).success).toBe(false);
  });

  it.each([
    ['no codec', { codecs: [] }],
    ['no encoding', { encodings: [] }],
    ['a line break in the cname', { rtcp: { cname: 'x\r\na=fingerprint:sha-1 00' } }],
    ['a cname longer than RTCP can carry', { rtcp: { cname: 'x'.repeat(256) } }],
    ['a line break in the msid', { msid: 'x\na=x' }],
    ['a line break in the mid', { mid: '0\n' }],
    ['more layers than any browser sends', { encodings: [{ scalabilityMode: 'L99T99' }] }],
    ['an SSRC of 0', { encodings: [{ ssrc: 0 }] }],
    ['an extension id of 0', { headerExtensions: [{ uri: 'urn:x', id: 0 }] }],
    ['a key it does not know', { transport: {} }],
  ])('%s', (_what, part) => {
    expect(RtpParameters.safeParse({ ...screenVideo(), ...part }).success).toBe(false);
  });

  it.each([
    ['a line break in a format parameter', { 'profile-id': '0\r\na=x' }],
    ['a second parameter inside one', { 'profile-id': '0;apt=1' }],
    ['a line break in the name of one', { 'x\ny': 1 }],
    ['nothing as a value', { 'profile-id': null }],
  ])('%s', (_what, parameters) => {
    const [codec] = screenVideo('VP9').codecs;
    expect(RtpParameters.safeParse({ ...screenVideo('VP9'), codecs: [{ ...codec, parameters }] }).success).toBe(false);
  });

  it('nothing that Chromium and mediasoup-client send', () => {
    for (const sent of [...videos, screenAudio()]) expect(RtpParameters.safeParse(sent).error).toBeUndefined();
    expect(RtpCapabilities.safeParse(viewer()).error).toBeUndefined();
    expect(DtlsParameters.safeParse(dtls).error).toBeUndefined();
  });
});
