import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { CallService } from './CallService.ts';

type CallingMethods = 'calling.start' | 'calling.answer' | 'calling.end';

export function callingHandlers(calls: CallService): Pick<Handlers, CallingMethods> {
  return {
    'calling.start': async (agent, { visitorId, kind }) => ({ call: await calls.start(agent, visitorId, kind) }),
    'calling.answer': async (visitor, { callId, accept }) => ({ call: await calls.answer(visitor, callId, accept) }),
    'calling.end': async (caller, { callId, reason }) => ({ call: await calls.end(caller, callId, reason) }),
  };
}
