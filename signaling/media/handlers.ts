import { CvError } from '#protocol/errors.ts';
import type { CallId } from '#protocol/ids.ts';
import type { CallService } from '#signaling/calling/CallService.ts';
import type { AgentCaller, Handlers, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { MediaService } from './MediaService.ts';

type MediaMethods = 'media.capabilities' | 'media.join' | 'media.connect' | 'media.resume' | 'media.produce';

/** Who may touch a call's media: the agent's calling page, and of the visitor's tabs the one that consented. */
export function mediaHandlers(media: MediaService, calls: CallService): Pick<Handlers, MediaMethods> {
  const receiver = (agent: AgentCaller, callId: CallId): void => {
    if (calls.party(agent, callId).terms.agentTab !== agent.tab) {
      throw new CvError('CONFLICT', 'This call is shown on another page of yours.');
    }
  };
  const sharer = (visitor: VisitorCaller, callId: CallId): void => {
    const { phase } = calls.party(visitor, callId);
    if (phase.state === 'ringing') throw new CvError('FORBIDDEN', 'Nothing may be sent before the visitor consented.');
    if (phase.state === 'ended' || phase.sharer !== visitor.tab || (phase.state === 'connecting' && phase.shareAgain)) {
      throw new CvError('FORBIDDEN', 'This page is not the one the visitor consented on.');
    }
  };

  return {
    'media.capabilities': async () => ({ routerRtpCapabilities: await media.capabilities() }),
    'media.join': (caller, { callId, rtpCapabilities }) => {
      if (caller.role === 'agent') receiver(caller, callId);
      else calls.party(caller, callId);
      return media.join(callId, caller, caller.role === 'agent' ? rtpCapabilities : undefined);
    },
    'media.connect': async (agent, { callId, transportId, dtlsParameters, resume }) => {
      receiver(agent, callId);
      await media.connect(callId, agent, transportId, dtlsParameters, resume);
      if (resume.length > 0) calls.flowing(callId);
      return {};
    },
    'media.resume': async (agent, { callId, consumers }) => {
      calls.party(agent, callId);
      await media.resume(callId, agent, consumers);
      calls.flowing(callId);
      return {};
    },
    'media.produce': async (visitor, { callId, ...options }) => {
      sharer(visitor, callId);
      return { producerId: await media.produce(callId, visitor, options) };
    },
  };
}
