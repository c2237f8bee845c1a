import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import { viewerOf } from '#signaling/presence/Visitor.ts';
import { actorOf } from './actorOf.ts';
import type { People } from './createPeople.ts';

type CustomerRoutes =
  | 'tagCustomer'
  | 'listCustomers'
  | 'getCustomer'
  | 'updateCustomer'
  | 'assignCustomer'
  | 'eraseCustomer'
  | 'exportCustomer'
  | 'createAgentUrl'
  | 'redeemAgentUrl';

export function customerRoutes({ customers, personal, links }: People): Pick<RestHandlers, CustomerRoutes> {
  return {
    tagCustomer: ({ caller, body }) => customers.tag(caller.site, body),
    listCustomers: ({ caller, query }) => customers.list(caller.site, viewerOf(caller), query),
    getCustomer: ({ caller, params }) => customers.get(caller.site, viewerOf(caller), params.customerId),
    updateCustomer: ({ caller, params, body }) =>
      customers.update(caller.site, viewerOf(caller), actorOf(caller), params.customerId, body),
    assignCustomer: ({ caller, params, body }) =>
      customers.assign(caller.site, viewerOf(caller), actorOf(caller), params.customerId, body),
    eraseCustomer: async ({ caller, params }) => {
      await personal.erase(caller.site, params.customerId, actorOf(caller));
      return undefined;
    },
    exportCustomer: ({ caller, params }) => personal.export(caller.site, params.customerId, actorOf(caller)),
    createAgentUrl: ({ caller, params, body }) =>
      links.create(caller.site, params.customerId, body.agent, body.ttlSeconds),
    redeemAgentUrl: ({ body }) => links.redeem(body.site, body.code),
  };
}
