import type { CallRecord } from '#signaling/store/Store.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

/** A call as the list of calls tells it. */
export const callEntry = (call: CallRecord) => ({
  id: call.id,
  kind: call.kind,
  state: call.state,
  reason: call.reason,
  visitorId: call.visitorId,
  agent: { email: call.agentEmail, name: call.agentName },
  startedAt: new Date(call.startedAt).toISOString(),
  answeredAt: iso(call.answeredAt),
  activeAt: iso(call.activeAt),
  endedAt: iso(call.endedAt),
});
