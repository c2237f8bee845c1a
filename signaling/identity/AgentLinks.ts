import { CvError } from '#protocol/errors.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { AuditLog, auditRecord } from '#signaling/audit/AuditLog.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { Store } from '#signaling/store/Store.ts';
import type { AgentService, IssuedToken } from './AgentService.ts';
import { AttemptLimiter } from './AttemptLimiter.ts';
import { hashSecret, newSecret } from './secrets.ts';

const MINUTE = 60_000;
const CODE = /^cvc_[\w-]{43}$/;

export interface AgentLinksOptions {
  store: Pick<Store, 'links' | 'agents' | 'customers' | 'audit'>;
  agents: Pick<AgentService, 'issueByLink'>;
  /** The person's conversation; an empty one is begun if there is none. */
  begin(site: SiteId, customerId: CustomerId): Promise<{ id: ConversationId }>;
  deskUrl(site: SiteId, fragment: string): string;
  /** Tries of one code within a minute. */
  attempts?: number;
}

/** Links that log an agent in, once, and open one person's chat (seed 001). */
export class AgentLinks {
  readonly #options: AgentLinksOptions;
  readonly #audit: AuditLog;
  readonly #attempts: AttemptLimiter;

  constructor(options: AgentLinksOptions) {
    this.#options = options;
    this.#audit = new AuditLog(options.store.audit);
    this.#attempts = new AttemptLimiter(options.attempts ?? 200, MINUTE);
  }

  async create(
    site: SiteId,
    customerId: CustomerId,
    email: string,
    ttlSeconds: number,
  ): Promise<{ url: string; expiresAt: string }> {
    const { store, begin, deskUrl } = this.#options;
    const agent = await store.agents.findByEmail(site, email);
    if (!agent?.active) throw new CvError('NOT_FOUND', `The site has no active agent ${email}.`);
    const customer = await store.customers.get(site, customerId);
    if (!customer) throw new CvError('NOT_FOUND', `The site has no customer ${customerId}.`);
    if (!maySee({ email: agent.email, agentRole: agent.role, teams: agent.teams }, customer)) {
      throw new CvError('NOT_FOUND', `This customer is assigned to others than ${email}; assign first.`);
    }
    await begin(site, customerId);
    const code = newSecret('cvc');
    const expiresAt = Date.now() + ttlSeconds * 1000;
    await store.links.create({ site, hash: hashSecret(code), agentId: agent.id, customerId, expiresAt });
    await this.#audit.record(site, 'site', 'agent-url.created', customerId, { agent: agent.email, ttlSeconds });
    return { url: deskUrl(site, `code=${code}`), expiresAt: new Date(expiresAt).toISOString() };
  }

  /**
   * Of many who ask with the same code one gets the token; nobody else learns whether it ever was one. Where that
   * fails the link is still good.
   */
  async redeem(site: SiteId, code: string): Promise<IssuedToken & { conversationId: ConversationId }> {
    const { store, agents, begin } = this.#options;
    if (!CODE.test(code)) throw refused();
    const hash = hashSecret(code);
    if (!this.#attempts.take(hash)) throw new CvError('RATE_LIMITED', 'Too many attempts with this link.');
    const link = await store.links.find(site, hash, Date.now());
    if (!link) throw refused();
    // The person may have been erased, and the agent dismissed, since the link was made.
    const conversation = await begin(site, link.customerId).catch(refuseUnknown);
    const keep: Parameters<AgentService['issueByLink']>[2] = (token, entry, agent) => {
      const redeemed = auditRecord(site, `agent:${agent.email}`, 'agent-url.redeemed', link.customerId);
      return store.links.redeem(site, hash, Date.now(), token, [entry, redeemed]);
    };
    const issued = await agents.issueByLink(site, link.agentId, keep).catch(refuseUnknown);
    if (!issued) throw refused();
    return { ...issued, conversationId: conversation.id };
  }
}

const refused = () =>
  new CvError('UNAUTHENTICATED', 'This link was used already, has expired, or never was one; ask for a new one.');

function refuseUnknown(error: unknown): never {
  throw error instanceof CvError && error.code === 'NOT_FOUND' ? refused() : error;
}
