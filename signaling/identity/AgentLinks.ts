import type { RouteResponse } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { maySee, type Viewer } from '#signaling/presence/Visitor.ts';
import type { AgentRecord, LinkRecord, Store } from '#signaling/store/Store.ts';
import type { AgentService, IssuedToken } from './AgentService.ts';
import { AttemptLimiter } from './AttemptLimiter.ts';
import { findCustomer } from './findCustomer.ts';
import { hashSecret, newSecret } from './secrets.ts';

const MINUTE = 60_000;
const CODE = /^cvc_[\w-]{43}$/;

export interface AgentLinksOptions {
  store: Pick<Store, 'links' | 'agents' | 'customers' | 'audit'>;
  agents: Pick<AgentService, 'issueByLink'>;
  /** The person's conversation; an empty one is begun if there is none. */
  begin(site: SiteId, customerId: CustomerId): Promise<{ id: ConversationId }>;
  /** Whether this agent may open this sharing of a page now: a session, or who reads out these six digits. */
  opensCobrowse(site: SiteId, viewer: Viewer, cobrowse: string): Promise<boolean>;
  deskUrl(site: SiteId, fragment: string): string;
  /** Tries of one code within a minute. */
  attempts?: number;
}

export interface AgentLink {
  url: string;
  expiresAt: string;
}

type Opened = Pick<RouteResponse<'redeemAgentUrl'>, 'conversationId' | 'cobrowse'>;

/** Links that log an agent in, once, and open one person's chat (seed 001) or the sharing of a page. */
export class AgentLinks {
  readonly #options: AgentLinksOptions;
  readonly #attempts: AttemptLimiter;

  constructor(options: AgentLinksOptions) {
    this.#options = options;
    this.#attempts = new AttemptLimiter(options.attempts ?? 200, MINUTE);
  }

  /** Opens a person's chat. */
  async create(site: SiteId, id: CustomerId, email: string, ttlSeconds: number): Promise<AgentLink> {
    const { store, begin } = this.#options;
    const agent = await this.#agent(site, email);
    const customer = await findCustomer(store.customers, site, id);
    if (!customer) throw new CvError('NOT_FOUND', `The site has no customer ${id}.`);
    const { customerId } = customer;
    if (!maySee(viewerOf(agent), customer)) {
      throw new CvError('NOT_FOUND', `This customer is assigned to others than ${email}; assign first.`);
    }
    await begin(site, customerId);
    return this.#create(agent, { customerId }, customerId, ttlSeconds);
  }

  /** Opens a sharing of a visitor's page: a session, or whoever reads out these six digits. */
  async createForCobrowse(site: SiteId, cobrowse: string, email: string, ttlSeconds: number): Promise<AgentLink> {
    const agent = await this.#agent(site, email);
    if (!(await this.#options.opensCobrowse(site, viewerOf(agent), cobrowse))) {
      throw new CvError('NOT_FOUND', `There is no such session or code now that ${email} may see.`);
    }
    return this.#create(agent, { cobrowse }, subjectOf(cobrowse), ttlSeconds);
  }

  /**
   * Of many who ask with the same code one gets the token; nobody else learns whether it ever was one. Where that
   * fails the link is still good.
   */
  async redeem(site: SiteId, code: string): Promise<IssuedToken & Opened> {
    const { store, agents } = this.#options;
    if (!CODE.test(code)) throw refused();
    const hash = hashSecret(code);
    if (!this.#attempts.take(hash)) throw new CvError('RATE_LIMITED', 'Too many attempts with this link.');
    const link = await store.links.find(site, hash, Date.now());
    if (!link) throw refused();
    const opened = await this.#open(link);
    const subject = link.customerId ?? subjectOf(link.cobrowse ?? '');
    const keep: Parameters<AgentService['issueByLink']>[2] = (token, entry, agent) => {
      const redeemed = auditRecord(site, `agent:${agent.email}`, 'agent-url.redeemed', subject);
      return store.links.redeem(site, hash, Date.now(), token, [entry, redeemed]);
    };
    const issued = await agents.issueByLink(site, link.agentId, keep).catch(refuseUnknown);
    if (!issued) throw refused();
    return { ...issued, ...opened };
  }

  async #agent(site: SiteId, email: string): Promise<AgentRecord> {
    const agent = await this.#options.store.agents.findByEmail(site, email);
    if (!agent?.active) throw new CvError('NOT_FOUND', `The site has no active agent ${email}.`);
    return agent;
  }

  async #create(
    { site, id: agentId, email }: AgentRecord,
    opens: Pick<LinkRecord, 'customerId' | 'cobrowse'>,
    subject: string,
    ttlSeconds: number,
  ): Promise<AgentLink> {
    const code = newSecret('cvc');
    const expiresAt = Date.now() + ttlSeconds * 1000;
    const entry = auditRecord(site, 'site', 'agent-url.created', subject, { agent: email, ttlSeconds });
    await this.#options.store.links.create({ site, hash: hashSecret(code), agentId, ...opens, expiresAt }, [entry]);
    return { url: this.#options.deskUrl(site, `code=${code}`), expiresAt: new Date(expiresAt).toISOString() };
  }

  /** The person may have been erased, the sharing be over, and the agent dismissed, since the link was made. */
  async #open({ site, agentId, customerId, cobrowse }: LinkRecord): Promise<Opened> {
    const { store, begin, opensCobrowse } = this.#options;
    if (customerId !== undefined) {
      const conversation = await begin(site, customerId).catch(refuseUnknown);
      return { conversationId: conversation.id };
    }
    const agent = await store.agents.get(site, agentId);
    if (!agent || cobrowse === undefined || !(await opensCobrowse(site, viewerOf(agent), cobrowse))) throw refused();
    return { cobrowse: cobrowse as Opened['cobrowse'] };
  }
}

const viewerOf = ({ email, role, teams }: AgentRecord): Viewer => ({ email, agentRole: role, teams });

/** For the audit log, which keeps no codes. */
const subjectOf = (cobrowse: string) => (cobrowse.startsWith('cb_') ? cobrowse : 'share-code');

const refused = () =>
  new CvError('UNAUTHENTICATED', 'This link was used already, has expired, or never was one; ask for a new one.');

function refuseUnknown(error: unknown): never {
  throw error instanceof CvError && error.code === 'NOT_FOUND' ? refused() : error;
}
