import { z } from 'zod';
import { event, method, route } from './contract.ts';
import { CallId, VisitorId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';

export const CallKind = z.enum(['screen']);
export type CallKind = z.infer<typeof CallKind>;

/**
 * Why a call ended. declined, cancelled, missed: before consent. picker-cancelled: the visitor closed the
 * browser's picker. ended: a side hung up. track-ended: the browser's own “stop sharing”. disconnected: a side
 * stayed away too long. unsupported: the visitor's browser cannot share its screen. failed: media did not come up.
 */
export const EndReason = z.enum([
  'declined',
  'cancelled',
  'missed',
  'picker-cancelled',
  'ended',
  'track-ended',
  'disconnected',
  'unsupported',
  'failed',
]);
export type EndReason = z.infer<typeof EndReason>;

export const CallState = z.enum(['ringing', 'connecting', 'active', 'ended']);
export type CallState = z.infer<typeof CallState>;

/** A call as both sides see it. Times are ISO 8601 in UTC. */
export const CallView = z.object({
  id: CallId,
  kind: CallKind,
  state: CallState,
  /** Only when ended. */
  reason: EndReason.optional(),
  visitorId: VisitorId,
  agent: z.object({ email: z.string(), name: z.string() }),
  startedAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().optional(),
  activeAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** The sharing page was reloaded or left: the browser demands a new click before it captures again. */
  shareAgain: z.boolean(),
  /** Which side is connected now. */
  online: z.object({ visitor: z.boolean(), agent: z.boolean() }),
});
export type CallView = z.infer<typeof CallView>;

const ByCall = z.object({ callId: CallId });
const Answer = z.object({ call: CallView });

export const callingMethods = {
  'calling.start': method({
    summary: 'Ring a visitor; answers with the call, already ended as `unsupported` if the browser cannot share',
    who: ['agent'],
    input: z.object({ visitorId: VisitorId, kind: CallKind }),
    output: Answer,
    errors: ['NOT_FOUND', 'NOT_TAGGED', 'VISITOR_OFFLINE', 'CALL_BUSY'],
  }),
  'calling.answer': method({
    summary: 'The visitor accepts or declines; accepting again after a reload makes this tab the sharing one',
    who: ['visitor'],
    input: ByCall.extend({ accept: z.boolean() }),
    output: Answer,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'calling.end': method({
    summary: 'End a call; while it rings this means cancelled (agent) or declined (visitor)',
    who: ['visitor', 'agent'],
    input: ByCall.extend({
      reason: z.enum(['ended', 'picker-cancelled', 'track-ended', 'unsupported', 'failed']).default('ended'),
    }),
    output: Answer,
    errors: ['NOT_FOUND'],
  }),
};

export const callingEvents = {
  'calling.offer': event({
    summary: 'An agent asks for the visitor’s screen',
    to: ['visitor'],
    payload: z.object({
      call: CallView,
      /** Milliseconds that it goes on ringing. */
      ringMs: z.number(),
    }),
  }),
  'calling.changed': event({
    summary: 'The call as it is now',
    to: ['visitor', 'agent'],
    payload: z.object({ call: CallView }),
  }),
};

export const callingRoutes = {
  listCalls: route({
    summary: 'Calls of the site, newest first; an agent’s token shows that agent’s calls',
    verb: 'GET',
    path: '/rest/v1/calls',
    auth: 'any',
    query: z.object(pageQuery),
    status: 200,
    response: pageOf(CallView.omit({ online: true, shareAgain: true })),
    errors: ['INVALID_INPUT'],
  }),
};
