import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import { WatchedList } from '#signaling/gateway/WatchedList.ts';
import type { CobrowseService } from './CobrowseService.ts';

/** Live changes of the sessions that go on. */
export class CobrowseFeed extends WatchedList<CobrowseId, CobrowseView> {
  constructor(cobrowses: CobrowseService, outlet: Pick<Outlet, 'toAgentTab'>) {
    const { sessions } = cobrowses;
    super({
      list: (agent) => cobrowses.list(agent),
      idOf: ({ id }) => id,
      look() {
        // Made once, whoever is told of it.
        const views = new Map<CobrowseId, CobrowseView>();
        return (agent, id) => {
          const session = sessions.get(agent.site, id);
          if (!session || !cobrowses.sees(agent, session)) return;
          const view = views.get(id) ?? sessions.viewOf(session);
          views.set(id, view);
          return view;
        };
      },
      tell: (tab, news) => outlet.toAgentTab(tab, 'cobrowse.sessions', news),
    });
    sessions.on('changed', ({ terms: { site, id } }) => this.changed(site, id));
  }
}
