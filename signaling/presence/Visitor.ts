import type { AgentRole } from '#protocol/identity.ts';
import type { ConversationId, CustomerId, SiteId, TabId, VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { ActiveUser, PageInfo, Present } from '#protocol/presence.ts';
import type { ConversationViewer } from '#signaling/store/ChatStore.ts';

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
  /** Absent until tagged, or until the first message. Stays when the visitor has left. */
  customerId?: CustomerId | undefined;
  /** The conversation that the visitor's sockets follow. */
  conversationId?: ConversationId | undefined;
  /** Absent until tagged. */
  person?: Person | undefined;
  busy: boolean;
  /** As it was told last, until it changes. */
  present?: Present | undefined;
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
  const present = visitor.person && presentOf(visitor);
  // Onto the fresh object: lists are made of ten thousand, and a third one each would cost as much again.
  return present && Object.assign(present, visitor.person);
}

/** Where a visitor is now, made anew for whoever asks; undefined for one who has left. */
export function presentOf(visitor: Visitor): Present | undefined {
  const tab = frontTab(visitor);
  if (!tab) return undefined;
  return {
    visitorId: visitor.id,
    url: tab.url,
    title: tab.title,
    since: visitor.since,
    state: tab.state,
    screen: visitor.tabs.some(({ screen }) => screen),
    busy: visitor.busy,
  };
}

/** An agent who asks about people. */
export interface Viewer {
  readonly email: string;
  readonly agentRole: AgentRole;
  readonly teams: readonly string[];
}

/** Whom a person is for: the assigned agent, else the agents of the team, else every agent; admins see all. */
export function maySee({ email, agentRole, teams }: Viewer, person: Pick<Person, 'assignedUser' | 'team'>): boolean {
  if (agentRole === 'admin') return true;
  if (person.assignedUser !== undefined) return person.assignedUser === email;
  return person.team === undefined || teams.includes(person.team);
}

/** Who asks by REST: an agent sees what the agent may; an API key, undefined, the whole site. */
export function viewerOf(
  caller:
    | { readonly kind: 'site' }
    | { readonly kind: 'agent'; readonly agent: Pick<Viewer, 'email' | 'teams'> & { readonly role: AgentRole } },
): Viewer | undefined {
  if (caller.kind === 'site') return undefined;
  const { email, role, teams } = caller.agent;
  return { email, agentRole: role, teams };
}

/** The same for a query of the store, which leaves out nothing for admins and API keys. */
export const storeViewer = (viewer: Viewer | undefined): ConversationViewer | undefined =>
  viewer && viewer.agentRole !== 'admin' ? { email: viewer.email, teams: viewer.teams } : undefined;
