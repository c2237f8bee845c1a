import { type MethodName, type MethodRequest, methods } from '#protocol/api.ts';
import type { Method, Role } from '#protocol/contract.ts';
import { dtls, screenAudio, viewer } from '#test/sfu/chromium.ts';
import type { CallIds, Stage } from './StagedCall.ts';

interface Case<M extends MethodName> {
  /** How far the call has to be for the request to be granted. */
  stage: Stage;
  /** What a page would send, with every field it could name. */
  input(ids: CallIds): MethodRequest<M>;
  /** The method ends the socket that sends it. */
  ends?: boolean;
}

/** One good request a method: what hostile ones are made from. A method without one does not compile, nor pass. */
export const cases: { readonly [M in MethodName]: Case<M> } = {
  'visitor.tag': {
    stage: 'idle',
    input: ({ email }) => ({
      id: `id of ${email}`,
      email,
      firstname: 'John',
      lastname: 'Doe',
      gender: 'male',
      labels: ['vip'],
      assignedUser: null,
      additionalTaggingData: { plan: { tier: 3, tags: ['a'] }, gone: null },
    }),
  },
  'visitor.reset': { stage: 'idle', input: () => ({}), ends: true },
  'presence.page': {
    stage: 'idle',
    input: () => ({ url: 'http://shop.test/cart', title: 'Cart', state: 'background', screen: false }),
  },
  'presence.list': { stage: 'idle', input: () => ({}) },
  'presence.status': { stage: 'idle', input: ({ email }) => ({ query: email }) },
  'presence.watch': { stage: 'idle', input: () => ({ on: true }) },
  'calling.start': { stage: 'idle', input: ({ visitorId }) => ({ visitorId, kind: 'screen' }) },
  'calling.answer': { stage: 'ringing', input: ({ callId }) => ({ callId, accept: true }) },
  'calling.end': { stage: 'active', input: ({ callId }) => ({ callId, reason: 'ended' }) },
  'media.capabilities': { stage: 'idle', input: () => ({}) },
  'media.join': { stage: 'ringing', input: ({ callId }) => ({ callId, rtpCapabilities: viewer() }) },
  'media.connect': {
    stage: 'sending',
    input: ({ callId, agentTransport, consumerId }) => ({
      callId,
      transportId: agentTransport,
      dtlsParameters: dtls,
      resume: [consumerId],
    }),
  },
  'media.resume': { stage: 'active', input: ({ callId, consumerId }) => ({ callId, consumers: [consumerId] }) },
  'media.produce': {
    stage: 'joined',
    input: ({ callId, visitorTransport }) => ({
      callId,
      transportId: visitorTransport,
      dtlsParameters: dtls,
      kind: 'audio',
      source: 'screen-audio',
      rtpParameters: screenAudio(),
    }),
  },
};

export const methodNames = Object.keys(methods) as MethodName[];

/** Each method with each role that may send it. */
export const senders = methodNames.flatMap((name) => methodOf(name).who.map((role) => [name, role] as const));

export function methodOf(name: MethodName): Method {
  return methods[name];
}

export const roles: readonly Role[] = ['visitor', 'agent'];
