import { z } from 'zod';

/**
 * RTP and DTLS parameters as mediasoup-client produces them (mediasoup v3 documentation, “RTP Parameters and
 * Capabilities”, “DtlsParameters”), bounded so tightly that nothing malformed reaches a media worker.
 */
const Fingerprint = z
  .strictObject({
    algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
    value: z.string().regex(/^([0-9A-Fa-f]{2}:){19,63}[0-9A-Fa-f]{2}$/, 'a certificate fingerprint'),
  })
  .refine(
    ({ algorithm, value }) =>
      value.length === { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 }[algorithm] * 3 - 1,
    'the fingerprint’s length does not fit its algorithm',
  );

export const DtlsParameters = z.strictObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z.array(Fingerprint).min(1).max(8),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

const PayloadType = z.number().int().min(0).max(127);
const MimeType = z.string().regex(/^(audio|video)\/[A-Za-z0-9.-]{1,40}$/, 'audio/… or video/…');

/*
 * A sender's strings end as lines of the viewer's session description (RFC 8866), so none may hold a line break
 * or any other control character.
 */
const ExtensionUri = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'a URI');
const FormatParameters = z
  .record(
    z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, 'the name of a format parameter'),
    z.union([z.string().regex(/^[\x20-\x3a\x3c-\x7e]{0,300}$/, 'printable, without a semicolon'), z.number()]),
  )
  .refine((parameters) => Object.keys(parameters).length <= 32, 'at most 32 format parameters');
const RtcpFeedback = z.strictObject({
  type: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'a feedback type'),
  parameter: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,40}$/, 'a feedback parameter')
    .optional(),
});
const Ssrc = z.number().int().min(1).max(0xffff_ffff);

const RtpCodec = z.strictObject({
  mimeType: MimeType,
  payloadType: PayloadType,
  clockRate: z.number().int().min(1).max(1_000_000),
  channels: z.number().int().min(1).max(8).optional(),
  parameters: FormatParameters.optional(),
  rtcpFeedback: z.array(RtcpFeedback).max(32).optional(),
});

const RtpEncoding = z.strictObject({
  ssrc: Ssrc.optional(),
  rid: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,16}$/)
    .optional(),
  codecPayloadType: PayloadType.optional(),
  rtx: z.strictObject({ ssrc: Ssrc }).optional(),
  dtx: z.boolean().optional(),
  active: z.boolean().optional(),
  /** The modes of W3C “Scalable Video Coding for WebRTC”; the worker keeps counters for every layer named. */
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3](h|_KEY|_KEY_SHIFT)?$/)
    .optional(),
  scaleResolutionDownBy: z.number().min(1).max(64).optional(),
  maxBitrate: z.number().int().min(1).max(100_000_000).optional(),
  maxFramerate: z.number().min(0).max(240).optional(),
  adaptivePtime: z.boolean().optional(),
  priority: z.enum(['very-low', 'low', 'medium', 'high']).optional(),
  networkPriority: z.enum(['very-low', 'low', 'medium', 'high']).optional(),
});

export const RtpParameters = z.strictObject({
  mid: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .optional(),
  codecs: z.array(RtpCodec).min(1).max(16),
  headerExtensions: z
    .array(
      z.strictObject({
        uri: ExtensionUri,
        // Above 14 in two-byte extensions (RFC 8285), which Chromium turns to when it has used up 1 to 14.
        id: z.number().int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: FormatParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z.array(RtpEncoding).min(1).max(8),
  rtcp: z
    .strictObject({
      /** One byte holds its length in RTCP; empty where the browser names none. */
      cname: z
        .string()
        .regex(/^[\x21-\x7e]{0,255}$/)
        .optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
  msid: z
    .string()
    .regex(/^[\x20-\x7e]{0,200}$/)
    .optional(),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

export const RtpCapabilities = z.strictObject({
  codecs: z
    .array(
      RtpCodec.extend({
        kind: z.enum(['audio', 'video']),
        payloadType: PayloadType.optional(),
        preferredPayloadType: PayloadType.optional(),
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.strictObject({
        kind: z.enum(['audio', 'video']),
        uri: ExtensionUri,
        preferredId: z.number().int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;
