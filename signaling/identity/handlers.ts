import type { CallService } from '#signaling/calling/CallService.ts';
import type { ChatService } from '#signaling/chat/ChatService.ts';
import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { AgentService } from './AgentService.ts';
import { agentStatus } from './agentView.ts';
import { publicPerson } from './person.ts';
import type { VisitorService } from './VisitorService.ts';

export interface IdentityHandlersOptions {
  visitors: VisitorService;
  agents: AgentService;
  presence: PresenceService;
  agentPresence: AgentPresence;
  calls: CallService;
  chat: Pick<ChatService, 'changing' | 'became' | 'left'>;
  outlet: Pick<Outlet, 'toVisitor' | 'dropVisitor'>;
}

type IdentityMethods = 'visitor.tag' | 'visitor.reset' | 'agent.availability' | 'agent.list';

export function identityHandlers(options: IdentityHandlersOptions): Pick<Handlers, IdentityMethods> {
  const { visitors, agents, presence, agentPresence, calls, chat, outlet } = options;
  return {
    'visitor.tag': (caller, tag) =>
      chat.changing(caller, async () => {
        const { customer, merge } = await visitors.tag(caller, tag);
        return { person: publicPerson(customer), chat: await chat.became(caller, customer, merge) };
      }),
    'visitor.reset': (caller) =>
      chat.changing(caller, async () => {
        const next = await visitors.reset(caller);
        void calls.endOfVisitor(caller.visitorId, `visitor:${caller.visitorId}`);
        presence.forget(caller.site, caller.visitorId);
        chat.left(caller);
        // The answer has to leave before the sockets of the old identity hear of it and end.
        setImmediate(() => {
          outlet.toVisitor(caller.visitorId, 'visitor.replaced', next);
          outlet.dropVisitor(caller.visitorId);
        });
        return next;
      }),
    'agent.availability': async ({ site, agentId }, { availability }) => {
      await agents.setAvailability(site, agentId, availability);
      return {};
    },
    'agent.list': async ({ site }) => (await agents.active(site)).map((agent) => agentStatus(agent, agentPresence)),
  };
}
