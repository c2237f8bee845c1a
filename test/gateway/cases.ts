import { type MethodName, type MethodRequest, methods } from '#protocol/api.ts';
import type { Method, Role } from '#protocol/contract.ts';
import type { MessageId } from '#protocol/ids.ts';
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

/** The same at every try, which makes it the same message. */
const visitorMessage = `m_${'V'.repeat(22)}` as MessageId;
const agentMessage = `m_${'A'.repeat(22)}` as MessageId;

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
  'visitor.contact': { stage: 'idle', input: ({ email }) => ({ name: 'John Doe', email }) },
  'visitor.reset': { stage: 'idle', input: () => ({}), ends: true },
  'presence.page': {
    stage: 'idle',
    input: () => ({ url: 'http://shop.test/cart', title: 'Cart', state: 'background', screen: false }),
  },
  'presence.list': { stage: 'idle', input: () => ({}) },
  'presence.status': { stage: 'idle', input: ({ email }) => ({ query: email }) },
  'presence.watch': { stage: 'idle', input: () => ({ on: true }) },
  'agent.availability': { stage: 'idle', input: () => ({ availability: 'online' }) },
  'agent.list': { stage: 'idle', input: () => ({}) },
  'chat.send': {
    stage: 'idle',
    input: ({ visitorFile }) => ({ message: { id: visitorMessage, text: 'See\nthis', fileId: visitorFile } }),
  },
  'chat.history': { stage: 'idle', input: () => ({ after: 0, limit: 10 }) },
  'chat.receipt': { stage: 'idle', input: () => ({ delivered: 1, read: 1 }) },
  'chat.typing': { stage: 'idle', input: () => ({ on: true }) },
  'conversation.list': {
    stage: 'idle',
    input: () => ({ filter: 'unassigned', status: ['UNREAD', 'UNRESOLVED'], limit: 10 }),
  },
  'conversation.watch': { stage: 'idle', input: () => ({ on: true }) },
  'conversation.open': { stage: 'idle', input: ({ conversationId }) => ({ conversationId, limit: 10 }) },
  'conversation.close': { stage: 'idle', input: ({ conversationId }) => ({ conversationId }) },
  'conversation.history': {
    stage: 'idle',
    input: ({ conversationId }) => ({ conversationId, before: 5, limit: 10 }),
  },
  'conversation.send': {
    stage: 'idle',
    input: ({ conversationId, agentFile }) => ({
      conversationId,
      message: { id: agentMessage, text: 'I do', fileId: agentFile },
    }),
  },
  'conversation.receipt': {
    stage: 'idle',
    input: ({ conversationId }) => ({ conversationId, delivered: 1, read: 1 }),
  },
  'conversation.typing': { stage: 'idle', input: ({ conversationId }) => ({ conversationId, on: true }) },
  'conversation.status': { stage: 'idle', input: ({ conversationId }) => ({ conversationId, status: 'DONE' }) },
  'conversation.assign': {
    stage: 'idle',
    input: ({ conversationId, agentEmail }) => ({ conversationId, assignment: { user: agentEmail, team: null } }),
  },
  'site.state': { stage: 'idle', input: () => ({}) },
  'calling.start': { stage: 'idle', input: ({ visitorId }) => ({ visitorId, kind: 'screen' }) },
  'calling.answer': { stage: 'ringing', input: ({ callId }) => ({ callId, accept: true }) },
  'calling.end': { stage: 'active', input: ({ callId }) => ({ callId, reason: 'ended' }) },
  'cobrowse.share': { stage: 'idle', input: () => ({}) },
  'cobrowse.code': { stage: 'idle', input: () => ({}) },
  'cobrowse.answer': { stage: 'offered', input: ({ cobrowseId: id }) => ({ id, accept: true }) },
  'cobrowse.grant': {
    stage: 'asked',
    input: ({ cobrowseId: id, agentEmail }) => ({ id, agent: agentEmail, capabilities: ['pointer', 'type'] }),
  },
  'cobrowse.paused': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id, paused: true }) },
  'cobrowse.outcome': { stage: 'granted', input: ({ cobrowseId: id }) => ({ id, n: 1, code: 'NOT_FOUND' }) },
  'cobrowse.assets': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id, hashes: ['a'.repeat(64)] }) },
  'cobrowse.start': { stage: 'idle', input: ({ visitorId }) => ({ visitorId }) },
  'cobrowse.join': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id }) },
  'cobrowse.leave': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id }) },
  'cobrowse.end': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id }) },
  'cobrowse.refresh': { stage: 'shared', input: ({ cobrowseId: id }) => ({ id }) },
  'cobrowse.askControl': {
    stage: 'shared',
    input: ({ cobrowseId: id }) => ({ id, capabilities: ['pointer', 'scroll'] }),
  },
  'cobrowse.release': { stage: 'granted', input: ({ cobrowseId: id }) => ({ id }) },
  'cobrowse.command': {
    stage: 'granted',
    input: ({ cobrowseId: id }) => ({
      id,
      n: 1,
      command: { do: 'down', node: 7, at: { x: 0.5, y: 0.5 }, button: 0, modifiers: ['shift'] },
    }),
  },
  'cobrowse.mark': {
    stage: 'shared',
    input: ({ cobrowseId: id }) => ({
      id,
      mark: { mark: 'pen', stroke: 1, points: [{ x: 10, y: 20 }], end: false },
    }),
  },
  'cobrowse.watch': { stage: 'idle', input: () => ({ on: true }) },
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
