import { CvError } from '#protocol/errors.ts';
import type { Page } from '#protocol/paging.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { VisitorService } from '#signaling/identity/VisitorService.ts';
import { Made } from '#signaling/store/Made.ts';
import type { PresenceFeed } from './PresenceFeed.ts';
import type { PresenceService } from './PresenceService.ts';
import { pageOfUsers } from './pageOfUsers.ts';
import { maySee, viewerOf } from './Visitor.ts';

type PresenceMethods = 'presence.page' | 'presence.list' | 'presence.status' | 'presence.watch';

export function presenceHandlers(
  presence: PresenceService,
  feed: PresenceFeed,
  visitors: VisitorService,
): Pick<Handlers, PresenceMethods> {
  return {
    'presence.page': ({ site, visitorId, tab }, page) => {
      presence.update(site, visitorId, tab, page);
      return {};
    },
    'presence.list': (agent) => presence.list(agent.site, agent),
    'presence.status': async (agent, { query }) => {
      const online = presence.search(agent.site, query, agent);
      if (online) return online;
      const person = await visitors.findPerson(agent.site, query);
      return person && maySee(agent, person) ? person : {};
    },
    'presence.watch': (agent, { on }) => {
      if (on) return feed.watch(agent);
      feed.unwatch(agent);
      return [];
    },
  };
}

/** Of more than that somebody changes all the time. */
const FEW = 200;

export function presenceRoutes(presence: PresenceService): Pick<RestHandlers, 'listActiveUsers' | 'getActiveUser'> {
  const lists = new Made<object, Page<ActiveUser>>();
  return {
    listActiveUsers: async ({ caller: { site, ...caller }, query }) => {
      const viewer = viewerOf(caller);
      const list = () => pageOfUsers(presence.visitors(site), viewer, query);
      const crowd = presence.crowd(site);
      if (!crowd || crowd.visitors.size > FEW) return list();
      const asked = JSON.stringify([viewer, query]);
      return lists.once(crowd, [crowd.changes, asked], list);
    },
    getActiveUser: async ({ caller, params }) => {
      const user = presence.search(caller.site, params.query, viewerOf(caller));
      if (!user) throw new CvError('NOT_FOUND', `Nobody who is active now has the id or email ${params.query}.`);
      return user;
    },
  };
}
