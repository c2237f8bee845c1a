import type { VisitorId } from '#protocol/ids.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { WatchedList } from '#signaling/gateway/WatchedList.ts';
import type { AgentPresence } from './AgentPresence.ts';
import type { PresenceService } from './PresenceService.ts';
import { activeUser, maySee } from './Visitor.ts';

/** Live changes of the visitors who are there. */
export class PresenceFeed extends WatchedList<VisitorId, ActiveUser> {
  constructor(presence: PresenceService, agents: Pick<AgentPresence, 'on'>, outlet: Pick<Outlet, 'toAgentTab'>) {
    super({
      list: (agent) => presence.list(agent.site, agent),
      idOf: ({ visitorId }) => visitorId,
      look() {
        // Made once, whoever is told of it.
        const views = new Map<VisitorId, ActiveUser | undefined>();
        return (agent, id) => {
          const visitor = presence.find(agent.site, id);
          if (visitor?.person === undefined || !maySee(agent, visitor.person)) return;
          if (!views.has(id)) views.set(id, activeUser(visitor));
          return views.get(id);
        };
      },
      tell: (tab, news) => outlet.toAgentTab(tab, 'presence.changed', news),
    });
    presence.on('changed', ({ site, id }) => this.changed(site, id));
    agents.on('teams', (site) => this.recheck(site));
  }
}
