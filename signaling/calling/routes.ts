import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { CallRecord, CallStore } from '#signaling/store/Store.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

const shown = (call: CallRecord) => ({
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

export function callingRoutes(store: CallStore): Pick<RestHandlers, 'listCalls'> {
  return {
    listCalls: async ({ caller, query }) => {
      const agentId = caller.kind === 'agent' && caller.agent.role !== 'admin' ? caller.agent.id : undefined;
      const { items, nextCursor } = await store.list(caller.site, { ...query, agentId });
      return { items: items.map(shown), nextCursor };
    },
  };
}
