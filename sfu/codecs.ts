import { ortc } from 'mediasoup';
import type { RouterRtpCodecCapability } from 'mediasoup/types';
import type { RtpCapabilities } from '#protocol/rtp.ts';

const h264 = (profileLevelId: string): RouterRtpCodecCapability => ({
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90_000,
  parameters: { 'packetization-mode': 1, 'profile-level-id': profileLevelId, 'level-asymmetry-allowed': 1 },
});

/**
 * What every router relays. The order is the preference of a client that chooses nothing itself, so VP8, which
 * every browser encodes and decodes, is the first video codec. H.264 High is for hardware that offers no
 * Constrained Baseline; feedback messages are mediasoup's own.
 */
export const mediaCodecs: RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  h264('42e01f'),
  h264('64001f'),
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
];

/** The engine computes a router's capabilities from the codecs alone, so they are known before any worker runs. */
export const routerCapabilities = ortc.generateRouterRtpCapabilities(structuredClone(mediaCodecs)) as RtpCapabilities;
