import fc from 'fast-check';
import type { RtpParameters } from '#protocol/rtp.ts';

/** Values that have broken parsers before: wrong types, edges of integers, control characters, sizes. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, true, '', '\r\na=candidate', '\0', '\ud800', '__proto__', 'constructor'),
  fc.constantFrom<unknown>(-1, 0, 1, 1.5, 14, 15, 96, 127, 128, 255, 256, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 1e300),
  fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, -0, [], {}, [[]], [null], 'x'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.integer(),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
);

interface Mutation {
  at: number;
  how: 'replace' | 'remove' | 'repeat' | 'add' | 'swap';
  value: unknown;
  key: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom<Mutation['how']>('replace', 'replace', 'replace', 'remove', 'repeat', 'add', 'swap'),
  value: junk,
  key: fc.oneof(fc.constantFrom('ssrc', 'rid', 'apt', 'codecPayloadType', '__proto__'), fc.string({ maxLength: 10 })),
});

type Place = { parent: Record<string, unknown> | unknown[]; key: string };

function places(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { parent: value as Record<string, unknown>, key },
    ...places((value as Record<string, unknown>)[key]),
  ]);
}

/** As JSON.parse does, where an assignment to __proto__ would set the prototype. */
const put = (target: object, key: string, value: unknown) =>
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });

function mutate(root: { value: unknown }, { at, how, key, ...mutation }: Mutation): void {
  const value = structuredClone(mutation.value); // what is inserted may be mutated next
  const all = places(root);
  const place = all[at % all.length];
  if (!place) return;
  const { parent } = place;
  const current = (parent as Record<string, unknown>)[place.key];
  if (how === 'replace') put(parent, place.key, value);
  else if (how === 'swap') put(parent, place.key, structuredClone(all[(at >>> 3) % all.length]?.parent));
  else if (how === 'remove' && Array.isArray(parent)) parent.splice(Number(place.key), 1);
  else if (how === 'remove') delete (parent as Record<string, unknown>)[place.key];
  else if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(current));
  else if (how === 'add' && typeof current === 'object' && current && !Array.isArray(current)) put(current, key, value);
}

/** Valid values with some of their parts replaced, removed, repeated, exchanged or added to. */
export const mutated = (...valid: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...valid), fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([base, mutations]) => {
    const root = { value: structuredClone(base) };
    for (const each of mutations) mutate(root, each);
    return root.value;
  });

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const payloadType = fc.constantFrom(0, 1, 45, 96, 97, 98, 99, 111, 127);
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const ssrc = fc.oneof(fc.constantFrom(1, 2, 0xffff_ffff), fc.integer({ min: 3, max: 1_000 }));
const word = fc.constantFrom('a', 'b', '0', '96', 'profile', '-');

const codec = fc.record(
  {
    mimeType: fc.constantFrom(
      ...['video/VP8', 'video/vp8', 'video/VP9', 'video/H264', 'video/AV1', 'video/rtx', 'video/rtx', 'audio/rtx'],
      ...['video/ulpfec', 'video/red', 'video/flexfec', 'audio/opus', 'audio/multiopus', 'audio/PCMU', 'audio/CN'],
    ),
    payloadType,
    clockRate: fc.constantFrom(90_000, 90_000, 90_000, 48_000, 1),
    channels: some(fc.constantFrom(1, 2, 8)),
    parameters: some(
      fc.record(
        {
          apt: fc.oneof(payloadType, fc.constantFrom(-1, 1.5, 2 ** 31)),
          'profile-id': fc.constantFrom(0, 1, 2),
          'packetization-mode': fc.constantFrom(0, 1, 1),
          'profile-level-id': fc.constantFrom('42e01f', '64001f', '640c1f', '42f00b', 'zzzzzz', '000000', 42),
          'level-asymmetry-allowed': fc.constantFrom(0, 1),
          useinbandfec: fc.constantFrom(0, 1, 1.5, '1'),
          usedtx: fc.constantFrom(0, 1),
          num_streams: fc.integer({ min: 0, max: 9 }),
        },
        { requiredKeys: [] },
      ),
    ),
    rtcpFeedback: some(
      fc.array(
        fc.record({
          type: fc.constantFrom('nack', 'ccm', 'goog-remb', 'transport-cc', 'x'),
          parameter: some(fc.constantFrom('', 'pli', 'fir', 'x')),
        }),
        { maxLength: 4 },
      ),
    ),
  },
  { requiredKeys: ['mimeType', 'payloadType', 'clockRate'] },
);

const encoding = fc.record(
  {
    ssrc,
    rid: word,
    codecPayloadType: seldom(payloadType),
    rtx: ssrc.map((value) => ({ ssrc: value })),
    dtx: fc.boolean(),
    scalabilityMode: fc.oneof(
      fc.constantFrom('L1T1', 'L1T2', 'L1T3'),
      seldom(fc.constantFrom('L3T3', 'L2T3_KEY', 'S3T3', 'S2T2h', 'L3T3_KEY_SHIFT')),
    ),
    maxBitrate: fc.constantFrom(1, 1_000_000, 100_000_000),
  },
  { requiredKeys: [] },
);

const uris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:unknown',
];

/** RTP parameters of the right form and of any content. */
export const rtpParameters = fc.record(
  {
    mid: word,
    codecs: fc.array(codec, { minLength: 1, maxLength: 5 }),
    headerExtensions: fc.array(
      fc.record({ uri: fc.constantFrom(...uris), id: fc.constantFrom(1, 2, 14, 15, 255), encrypt: fc.boolean() }),
      { maxLength: 6 },
    ),
    encodings: fc.array(encoding, { minLength: 1, maxLength: 4 }),
    rtcp: fc.record({ cname: fc.constantFrom('', 'x', 'x'.repeat(255)), reducedSize: fc.boolean() }),
    msid: fc.constantFrom('', '-', 'a b'),
  },
  { requiredKeys: ['codecs', 'encodings'] },
);

/** A track with codecs that routers relay, in encodings and with header extensions of any kind. */
export const plausible = (...valid: readonly RtpParameters[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...valid), fc.constantFrom(...valid), fc.boolean(), rtpParameters)
    .map(([base, other, both, { codecs: _, ...content }]) => ({
      ...base,
      ...content,
      codecs: both && other !== base ? [...base.codecs, ...other.codecs] : base.codecs,
      headerExtensions: content.headerExtensions?.filter(({ uri }) => uri !== 'urn:unknown'),
    }));

/** A receiver's capabilities of the right form and of any content. */
export const rtpCapabilities = fc.record({
  codecs: fc.array(
    fc
      .tuple(codec, fc.constantFrom('audio', 'video'))
      .map(([{ payloadType: preferredPayloadType, ...rest }, kind]) => ({
        ...rest,
        kind,
        preferredPayloadType,
      })),
    { maxLength: 8 },
  ),
  headerExtensions: fc.array(
    fc.record({
      kind: fc.constantFrom('audio', 'video'),
      uri: fc.constantFrom(...uris),
      preferredId: fc.integer({ min: 1, max: 14 }),
    }),
    { maxLength: 6 },
  ),
});
