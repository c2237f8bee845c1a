import { z } from 'zod';
import { event, method } from './contract.ts';
import { CallId, ConsumerId, ProducerId, TransportId } from './ids.ts';
import { DtlsParameters, RtpCapabilities, RtpParameters } from './rtp.ts';

export const MediaKind = z.enum(['audio', 'video']);
export type MediaKind = z.infer<typeof MediaKind>;

/** What a track shows; `screen` may come with `screen-audio`. */
export const MediaSource = z.enum(['screen', 'screen-audio']);
export type MediaSource = z.infer<typeof MediaSource>;

/** What a browser needs to reach its transport at the media server. */
export const TransportInfo = z.object({
  id: TransportId,
  iceParameters: z.json(),
  iceCandidates: z.array(z.json()),
  dtlsParameters: z.json(),
});
export type TransportInfo = z.infer<typeof TransportInfo>;

/** A consumer as the browser has to create it; it is paused until resumed. */
export const ConsumerInfo = z.object({
  id: ConsumerId,
  producerId: ProducerId,
  kind: MediaKind,
  source: MediaSource,
  rtpParameters: z.json(),
});
export type ConsumerInfo = z.infer<typeof ConsumerInfo>;

/** `RTCIceServer` of the WebRTC specification. */
export const IceServer = z.object({
  urls: z.union([z.string(), z.array(z.string())]),
  username: z.string().optional(),
  credential: z.string().optional(),
});
export type IceServer = z.infer<typeof IceServer>;

const InCall = z.object({ callId: CallId });

export const mediaMethods = {
  'media.capabilities': method({
    summary: 'RTP capabilities of every router, to load a device before any call',
    who: ['visitor', 'agent'],
    input: z.object({}),
    output: z.object({ routerRtpCapabilities: z.json() }),
    errors: [],
  }),
  'media.join': method({
    summary:
      'One round trip into a call’s media: a transport and, for who receives, paused consumers. Joining again replaces what was there',
    who: ['visitor', 'agent'],
    input: InCall.extend({
      /** Of who receives; who only sends leaves it out. */
      rtpCapabilities: RtpCapabilities.optional(),
    }),
    output: z.object({
      transport: TransportInfo,
      iceServers: z.array(IceServer),
      consumers: z.array(ConsumerInfo),
    }),
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'media.connect': method({
    summary: 'The receiver’s DTLS parameters; resumes the named consumers once connected',
    who: ['agent'],
    input: InCall.extend({
      transportId: TransportId,
      dtlsParameters: DtlsParameters,
      resume: z.array(ConsumerId).max(16).default([]),
    }),
    output: z.object({}),
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'media.resume': method({
    summary: 'The receiver has created these consumers: let them flow, beginning with a key frame',
    who: ['agent'],
    input: InCall.extend({ consumers: z.array(ConsumerId).min(1).max(16) }),
    output: z.object({}),
    errors: ['NOT_FOUND'],
  }),
  'media.produce': method({
    summary: 'Send a track; the first one carries the sender’s DTLS parameters. Refused before consent',
    who: ['visitor'],
    input: InCall.extend({
      transportId: TransportId,
      dtlsParameters: DtlsParameters.optional(),
      kind: MediaKind,
      source: MediaSource,
      rtpParameters: RtpParameters,
    }).refine(({ kind, source }) => (source === 'screen') === (kind === 'video'), {
      message: 'a screen is video, its sound is audio',
      path: ['source'],
    }),
    output: z.object({ producerId: ProducerId }),
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
};

export const mediaEvents = {
  'media.consumer': event({
    summary: 'Something new to receive; create it, then connect or resume',
    to: ['agent'],
    payload: z.object({ callId: CallId, consumer: ConsumerInfo }),
  }),
  'media.consumerClosed': event({
    summary: 'A consumer is gone, because its producer is',
    to: ['agent'],
    payload: z.object({ callId: CallId, consumerId: ConsumerId }),
  }),
  'media.lost': event({
    summary: 'The media server lost this call’s room; join again',
    to: ['visitor', 'agent'],
    payload: z.object({ callId: CallId }),
  }),
};
