import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';

/*
 * What mediasoup-client 3.24.1 in Chromium 156 sends for a captured screen with its sound, and for a viewer:
 * recorded once, with the random parts (SSRC, cname, msid) made parameters.
 */

export const dtls: DtlsParameters = {
  role: 'client',
  fingerprints: [
    {
      algorithm: 'sha-256',
      value: 'F9:30:6F:47:67:F3:3D:3C:60:3A:01:EE:BE:0C:28:0E:18:D1:64:F0:79:42:A8:42:6E:99:38:E7:40:97:89:09',
    },
  ],
};

const videoFeedback = [
  { type: 'goog-remb', parameter: '' },
  { type: 'transport-cc', parameter: '' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'nack', parameter: '' },
  { type: 'nack', parameter: 'pli' },
];
const audioFeedback = [
  { type: 'transport-cc', parameter: '' },
  { type: 'nack', parameter: '' },
];

const videoCodecs = {
  VP8: { payloadType: 96, parameters: {} },
  VP9: { payloadType: 98, parameters: { 'profile-id': 0 } },
  H264: {
    payloadType: 108,
    parameters: { 'level-asymmetry-allowed': 1, 'packetization-mode': 1, 'profile-level-id': '42e01f' },
  },
  AV1: { payloadType: 45, parameters: { 'level-idx': 5, profile: 0, tier: 0 } },
};
export type VideoCodec = keyof typeof videoCodecs;
export const videoCodecNames = Object.keys(videoCodecs) as VideoCodec[];

const extension = (uri: string, id: number) => ({ uri, id, encrypt: false, parameters: {} });
const mid = extension('urn:ietf:params:rtp-hdrext:sdes:mid', 9);
const absSendTime = extension('http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', 2);
const transportCc = extension('http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01', 4);

const rtcp = { cname: 'gTnGh1JDI6Pv/VnJ', reducedSize: true };
const stream = '540ce694-3137-4c8c-8ffc-7273dfdac4da';

/** Each number is another track, whose mid and SSRCs collide with no other's. */
export function screenVideo(codec: VideoCodec = 'VP8', number = 0): RtpParameters {
  const { payloadType, parameters } = videoCodecs[codec];
  return {
    mid: String(number),
    codecs: [
      { mimeType: `video/${codec}`, payloadType, clockRate: 90_000, parameters, rtcpFeedback: videoFeedback },
      {
        mimeType: 'video/rtx',
        payloadType: payloadType + 1,
        clockRate: 90_000,
        parameters: { apt: payloadType },
        rtcpFeedback: [],
      },
    ],
    headerExtensions: [
      mid,
      extension('urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', 10),
      extension('urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id', 11),
      absSendTime,
      transportCc,
      extension('https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension', 13),
      extension('urn:3gpp:video-orientation', 3),
      extension('urn:ietf:params:rtp-hdrext:toffset', 1),
      extension('http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 5),
    ],
    encodings: [{ ssrc: 2_800_716_660 + 2 * number, rtx: { ssrc: 2_800_716_661 + 2 * number }, dtx: false }],
    rtcp,
    msid: `${stream} f66fc23f-2c85-491e-8f59-dd124f00dabc`,
  };
}

export function screenAudio(number = 1): RtpParameters {
  return {
    mid: String(number),
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: audioFeedback,
      },
    ],
    headerExtensions: [mid, absSendTime, transportCc, extension('urn:ietf:params:rtp-hdrext:ssrc-audio-level', 14)],
    encodings: [{ ssrc: 291_204_190 + number, dtx: false }],
    rtcp,
    msid: `${stream} d91f1177-d4c0-4bb7-a6a7-8c8436e31550`,
  };
}

const watchable = (codec: VideoCodec, payloadType: number): RtpCapabilities['codecs'] => [
  {
    kind: 'video',
    mimeType: `video/${codec}`,
    preferredPayloadType: payloadType,
    clockRate: 90_000,
    parameters: videoCodecs[codec].parameters,
    rtcpFeedback: videoFeedback,
  },
  {
    kind: 'video',
    mimeType: 'video/rtx',
    preferredPayloadType: payloadType + 1,
    clockRate: 90_000,
    parameters: { apt: payloadType },
    rtcpFeedback: [],
  },
];

const audible: RtpCapabilities['codecs'] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 100,
    clockRate: 48_000,
    channels: 2,
    parameters: { minptime: 10, useinbandfec: 1 },
    rtcpFeedback: audioFeedback,
  },
];

const supported = (kind: 'audio' | 'video', uri: string, preferredId: number) => ({
  kind,
  uri,
  preferredId,
  preferredEncrypt: false,
  direction: 'sendrecv' as const,
});

/** A viewer, by default one that decodes everything Chromium 156 does. */
export function viewer(
  codecs: RtpCapabilities['codecs'] = [
    ...audible,
    ...watchable('VP8', 101),
    ...watchable('VP9', 103),
    ...watchable('H264', 105),
    ...watchable('AV1', 109),
  ],
): RtpCapabilities {
  return {
    codecs,
    headerExtensions: [
      supported('video', 'urn:ietf:params:rtp-hdrext:sdes:mid', 1),
      supported('video', 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time', 4),
      supported('video', transportCc.uri, 5),
      supported('audio', 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', 6),
      supported('video', 'urn:3gpp:video-orientation', 8),
      supported('video', 'urn:ietf:params:rtp-hdrext:toffset', 9),
      supported('video', 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay', 11),
    ],
  };
}

export const deafViewer = (): RtpCapabilities => viewer(watchable('VP8', 101));
