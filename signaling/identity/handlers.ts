import type { VisitorIdentity } from '#protocol/identity.ts';
import type { CallService } from '#signaling/calling/CallService.ts';
import type { ChatService } from '#signaling/chat/ChatService.ts';
import type { CobrowseService } from '#signaling/cobrowse/CobrowseService.ts';
import type { Handlers, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { AgentService } from './AgentService.ts';
import { agentStatus } from './agentView.ts';
import { publicPerson } from './person.ts';
import { signatureRequired, type VisitorService } from './VisitorService.ts';

export interface IdentityHandlersOptions {
  visitors: VisitorService;
  agents: AgentService;
  presence: PresenceService;
  agentPresence: AgentPresence;
  calls: CallService;
  cobrowses: CobrowseService;
  chat: Pick<ChatService, 'limit' | 'changing' | 'became' | 'left' | 'personChanged'>;
  outlet: Pick<Outlet, 'toVisitor' | 'dropVisitor'>;
}

type IdentityMethods = 'visitor.tag' | 'visitor.contact' | 'visitor.reset' | 'agent.availability' | 'agent.list';

export function identityHandlers(options: IdentityHandlersOptions): Pick<Handlers, IdentityMethods> {
  const { visitors, agents, presence, agentPresence, calls, cobrowses, chat, outlet } = options;
  const replace = (caller: VisitorCaller, next: VisitorIdentity) => {
    const { site, visitorId } = caller;
    void calls.endOfVisitor(visitorId, `visitor:${visitorId}`);
    void cobrowses.endOfVisitor(site, visitorId, `visitor:${visitorId}`);
    presence.forget(site, visitorId);
    chat.left(caller);
    // The answer has to leave before the sockets of the old identity hear of it and end.
    setImmediate(() => {
      outlet.toVisitor(visitorId, 'visitor.replaced', next);
      outlet.dropVisitor(visitorId);
    });
  };
  return {
    'visitor.tag': (caller, tag) =>
      chat.changing(caller, async () => {
        const { customer, merge } = await visitors.tag(caller, tag);
        const followed = await chat.became(caller, customer, merge);
        if (visitors.isMereClaim(customer)) {
          replace(caller, visitors.newIdentity(caller.site));
          throw signatureRequired();
        }
        return { person: publicPerson(customer), chat: followed };
      }),
    'visitor.contact': async (caller, contact) => {
      chat.limit(caller);
      return chat.changing(caller, async () => {
        const customer = await visitors.contact(caller, contact);
        if (customer) chat.personChanged(caller.site, customer.customerId);
        return {};
      });
    },
    'visitor.reset': (caller) =>
      chat.changing(caller, async () => {
        const next = await visitors.reset(caller);
        replace(caller, next);
        return next;
      }),
    'agent.availability': async ({ site, agentId }, { availability }) => {
      await agents.setAvailability(site, agentId, availability);
      return {};
    },
    'agent.list': async ({ site }) => (await agents.active(site)).map((agent) => agentStatus(agent, agentPresence)),
  };
}
