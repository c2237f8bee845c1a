import type { Logger } from 'pino';
import type { SiteId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { AgentRecord, CustomerRecord, Store } from '#signaling/store/Store.ts';
import type { ConversationLog } from './ConversationLog.ts';
import { isWaiting } from './policy.ts';

const PAGE = 200;
/** Of those who wait, so many are looked at when an agent becomes available; the rest at the next time. */
const MAX_LOOKED_AT = 5_000;

export interface RoutingOptions {
  store: Pick<Store, 'chat' | 'customers' | 'agents'>;
  conversations: Pick<ConversationLog, 'change'>;
  presence: AgentPresence;
  sites: Pick<SiteDirectory, 'require' | 'on'>;
  log: Logger;
}

/**
 * Who answers. A conversation that waits goes to the agent its person is assigned to, who need not be there; else to
 * the available agent with the least open chats, of the team if there is one; nobody available: it waits.
 * A conversation stays with its agent, who may be away, until somebody who may see it hands it on, or the agent works
 * here no more.
 */
export class Routing {
  readonly #options: RoutingOptions;
  /** One at a time on a site: the next one counts with the chat that the last one gave. */
  readonly #turns = new Turns();
  /** Sites where somebody waits or may wait, and who was available when it was last looked at. */
  readonly #waiting = new Map<SiteId, string | undefined>();
  readonly #lastGiven = new Map<string, number>();
  #given = 0;
  #closed = false;

  constructor(options: RoutingOptions) {
    this.#options = options;
    options.presence.on('changed', (site) => this.#agentsChanged(site));
    options.sites.on('changed', ({ id }) => {
      this.begin(id);
      this.#agentsChanged(id);
    });
  }

  /** At the start nobody knows who waits. */
  begin(site: SiteId): void {
    this.#waiting.set(site, undefined);
  }

  changed(after: ConversationRecord, before: ConversationRecord): void {
    if (!isWaiting(after)) return;
    // Whom somebody has taken away from an agent by hand is not given right back.
    if (before.status !== 'UNREAD' || before.team !== after.team) this.give(after);
    else this.begin(after.site);
  }

  /** Finds an agent for one that waits. */
  give(conversation: ConversationRecord): void {
    this.#inTurn(conversation.site, async () => {
      const given = await this.#give(conversation);
      if (!given) this.begin(conversation.site);
    });
  }

  /** Finds agents for all who wait. */
  giveAll(site: SiteId): void {
    this.#inTurn(site, () => this.#giveAll(site));
  }

  close(): void {
    this.#closed = true;
  }

  #agentsChanged(site: SiteId): void {
    if (!this.#waiting.has(site)) return;
    const available = this.#available(site);
    if (available === '' || available === this.#waiting.get(site)) return;
    this.#waiting.set(site, available);
    this.#inTurn(site, () => this.#giveAll(site));
  }

  /** Who has room now; while it is the same ones, nobody who waits has a better chance than before. */
  #available(site: SiteId): string {
    const agents = this.#options.presence
      .available(site)
      .map(({ agent }) => `${agent.email} ${agent.role} ${agent.teams}`);
    return agents.sort().join('\n');
  }

  #inTurn(site: SiteId, work: () => Promise<void>): void {
    this.#turns
      .take([site], async () => {
        if (!this.#closed) await work();
      })
      .catch((error) => {
        this.begin(site);
        this.#options.log.error({ err: error, site }, 'a conversation could not be given to an agent; it waits');
      });
  }

  async #giveAll(site: SiteId): Promise<void> {
    const seen = this.#available(site);
    const waiting = await this.#listWaiting(site);
    let left = 0;
    for (const conversation of waiting) {
      if (this.#closed) return;
      if (!(await this.#give(conversation))) left++;
    }
    if (left === 0) this.#waiting.delete(site);
    else if (this.#available(site) === seen) this.#waiting.set(site, seen);
  }

  /** The oldest first. */
  async #listWaiting(site: SiteId): Promise<ConversationRecord[]> {
    const waiting: ConversationRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#options.store.chat.list(site, {
        filter: 'unassigned',
        status: ['UNREAD'],
        limit: PAGE,
        cursor,
      });
      waiting.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && waiting.length < MAX_LOOKED_AT);
    return waiting.reverse();
  }

  /** False if it goes on waiting. `left`: whom it was to be given to, and who had just left. */
  async #give(waiting: ConversationRecord, left: ReadonlySet<string> = new Set()): Promise<boolean> {
    const { site, id, customerId, team } = waiting;
    const { store, conversations } = this.#options;
    const customer = await store.customers.get(site, customerId);
    if (!customer) return true;
    const agent = await this.#choose(customer, team ?? customer.team, left);
    if (!agent) return false;
    const { email } = agent;
    const given = await conversations.change(
      site,
      id,
      (before) => (isWaiting(before) ? { ...before, assignee: email } : undefined),
      () => auditRecord(site, 'system', 'conversation.assigned', id, { user: email, team: team ?? null }),
    );
    if (given && isWaiting(given)) return this.#give(waiting, new Set([...left, email]));
    if (given?.assignee === email) this.#lastGiven.set(`${site} ${email}`, ++this.#given);
    return true;
  }

  async #choose(
    customer: CustomerRecord,
    team: string | undefined,
    left: ReadonlySet<string>,
  ): Promise<AgentRecord | undefined> {
    const { store, presence, sites } = this.#options;
    const { site, assignedUser } = customer;
    if (assignedUser !== undefined) {
      const agent = await store.agents.findByEmail(site, assignedUser);
      return agent?.active && !left.has(assignedUser) ? agent : undefined;
    }
    if (!sites.require(site).settings.routing.automatic) return undefined;
    const since = ({ email }: AgentRecord) => this.#lastGiven.get(`${site} ${email}`) ?? 0;
    const [first] = presence
      .available(site, team)
      .filter(({ agent: { email } }) => !left.has(email))
      .filter(({ agent: { email, role, teams } }) => maySee({ email, agentRole: role, teams }, customer))
      .sort((a, b) => a.openChats - b.openChats || since(a.agent) - since(b.agent));
    return first?.agent;
  }
}
