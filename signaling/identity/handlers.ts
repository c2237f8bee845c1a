import type { CallService } from '#signaling/calling/CallService.ts';
import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { publicPerson, type VisitorService } from './VisitorService.ts';

export function identityHandlers(
  visitors: VisitorService,
  presence: PresenceService,
  calls: CallService,
  outlet: Pick<Outlet, 'toVisitor' | 'dropVisitor'>,
): Pick<Handlers, 'visitor.tag' | 'visitor.reset'> {
  return {
    'visitor.tag': async (caller, tag) => {
      const customer = await visitors.tag(caller, tag);
      const person = publicPerson(customer);
      presence.identify(caller.site, caller.visitorId, customer.customerId, person);
      return { person };
    },
    'visitor.reset': async (caller) => {
      const next = await visitors.reset(caller);
      calls.endOfVisitor(caller.visitorId, `visitor:${caller.visitorId}`);
      presence.forget(caller.site, caller.visitorId);
      // The answer has to leave before the sockets of the old identity hear of it and end.
      setImmediate(() => {
        outlet.toVisitor(caller.visitorId, 'visitor.replaced', next);
        outlet.dropVisitor(caller.visitorId);
      });
      return next;
    },
  };
}
