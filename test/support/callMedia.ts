import type { MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import type { CallId } from '#protocol/ids.ts';
import { dtls, screenVideo, viewer } from '#test/sfu/chromium.ts';

/** A page's socket, real or of a House. */
export interface Asking {
  request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>>;
}

/** The visitor's page sends its screen, as a browser would. */
export async function share(visitor: Asking, callId: CallId) {
  const { transport } = await visitor.request('media.join', { callId });
  return produce(visitor, callId, transport.id);
}

export function produce(visitor: Asking, callId: CallId, transportId: MethodRequest<'media.produce'>['transportId']) {
  return visitor.request('media.produce', {
    callId,
    transportId,
    dtlsParameters: dtls,
    kind: 'video',
    source: 'screen',
    rtpParameters: screenVideo(),
  });
}

/** The agent's page joins and lets flow what there is to see. */
export async function watch(agent: Asking, callId: CallId) {
  const joined = await agent.request('media.join', { callId, rtpCapabilities: viewer() });
  const resume = joined.consumers.map(({ id }) => id);
  await agent.request('media.connect', { callId, transportId: joined.transport.id, dtlsParameters: dtls, resume });
  return joined;
}

/** From ringing to the agent seeing the screen. */
export async function show(visitor: Asking, agent: Asking, callId: CallId): Promise<void> {
  await visitor.request('calling.answer', { callId, accept: true });
  await share(visitor, callId);
  await watch(agent, callId);
}
