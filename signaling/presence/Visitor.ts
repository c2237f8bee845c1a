import type { Person } from '#protocol/identity.ts';
import type { CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { ActiveUser, PageInfo } from '#protocol/presence.ts';

/** A page of a visitor; without a socket it is given a moment to come back (a page change, a short outage). */
export interface Tab extends PageInfo {
  readonly id: TabId;
  socketId: string | undefined;
  /** Runs while there is no socket. */
  leaving?: NodeJS.Timeout | undefined;
}

/** A visitor who is on the site now, with one tab or several. */
export interface Visitor {
  readonly id: VisitorId;
  readonly site: SiteId;
  /** Begin of this visit, ISO 8601 in UTC: written once, and listed ten thousand times over. */
  readonly since: string;
  readonly tabs: Tab[];
  customerId?: CustomerId | undefined;
  /** Absent until tagged. */
  person?: Person | undefined;
  busy: boolean;
}

/** The tab an agent is told of: the one in front, else the one that came last. */
function frontTab(visitor: Visitor): Tab | undefined {
  if (visitor.tabs.length === 1) return visitor.tabs[0];
  const connected = visitor.tabs.filter((tab) => tab.socketId !== undefined);
  const tabs = connected.length > 0 ? connected : visitor.tabs;
  return tabs.findLast((tab) => tab.state === 'active') ?? tabs.at(-1);
}

export function isOnline(visitor: Visitor): boolean {
  return visitor.tabs.some((tab) => tab.socketId !== undefined);
}

/** How agents see a tagged visitor; undefined for one who is not tagged. */
export function activeUser(visitor: Visitor): ActiveUser | undefined {
  const tab = frontTab(visitor);
  if (!visitor.person || !tab) return undefined;
  return {
    ...visitor.person,
    visitorId: visitor.id,
    url: tab.url,
    title: tab.title,
    since: visitor.since,
    state: tab.state,
    screen: visitor.tabs.some(({ screen }) => screen),
    busy: visitor.busy,
  };
}

/** `assignedUser` decides who sees whom: an assigned visitor only that agent and admins, others every agent. */
export function maySee(agent: { email: string; agentRole: string }, person: Person): boolean {
  return person.assignedUser === undefined || agent.agentRole === 'admin' || person.assignedUser === agent.email;
}
