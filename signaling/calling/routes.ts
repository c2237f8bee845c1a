import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { CallStore } from '#signaling/store/Store.ts';
import { callEntry } from './callEntry.ts';

export function callingRoutes(store: CallStore): Pick<RestHandlers, 'listCalls'> {
  return {
    listCalls: async ({ caller, query }) => {
      const agentId = caller.kind === 'agent' && caller.agent.role !== 'admin' ? caller.agent.id : undefined;
      const { items, nextCursor } = await store.list(caller.site, { ...query, agentId });
      return { items: items.map(callEntry), nextCursor };
    },
  };
}
