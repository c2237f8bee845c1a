import type { AgentId, SiteId, TokenId } from '#protocol/ids.ts';
import type { Authenticator, RestCaller } from './RestHandlers.ts';

/** What another process changed, a new API key for example, counts here after so long. */
const KEPT_MS = 1_000;
const MAX_KEPT = 10_000;

/** Whose a key or token is, kept for a moment: a busy caller is not looked up for every request. */
export class AuthenticationCache implements Authenticator {
  readonly #source: Authenticator & { isRevoked(token: TokenId): boolean };
  readonly #sites: { learn(site: SiteId): Promise<unknown> };
  readonly #kept = new Map<string, { caller: RestCaller; until: number }>();
  /** Counts what was forgotten: an answer that was on its way meanwhile is not kept. */
  #generation = 0;

  constructor(
    source: Authenticator & { isRevoked(token: TokenId): boolean },
    sites: { learn(site: SiteId): Promise<unknown> },
  ) {
    this.#source = source;
    this.#sites = sites;
  }

  known(secret: string): RestCaller | undefined {
    const kept = this.#kept.get(secret);
    if (!kept || this.#holds(kept)) return kept?.caller;
    this.#kept.delete(secret);
    return undefined;
  }

  async authenticate(secret: string): Promise<RestCaller | undefined> {
    const known = this.known(secret);
    if (known) return known;
    const generation = this.#generation;
    const caller = await this.#source.authenticate(secret);
    // Another process may have made it, and its key, a moment ago.
    if (caller && caller.kind !== 'none') await this.#sites.learn(caller.site);
    if (caller && generation === this.#generation) this.#keep(secret, caller);
    return caller;
  }

  /** The agent has changed. */
  forget(agentId: AgentId): void {
    this.#generation++;
    for (const [secret, { caller }] of this.#kept) {
      if (caller.kind === 'agent' && caller.agent.id === agentId) this.#kept.delete(secret);
    }
  }

  #keep(secret: string, caller: RestCaller): void {
    const [oldest] = this.#kept.size >= MAX_KEPT ? this.#kept.keys() : [];
    if (oldest !== undefined) this.#kept.delete(oldest);
    const { expiresAt } = caller.kind === 'agent' ? caller : {};
    const left = expiresAt === undefined ? KEPT_MS : Math.min(KEPT_MS, expiresAt - Date.now());
    this.#kept.set(secret, { caller, until: performance.now() + left });
  }

  #holds({ caller, until }: { caller: RestCaller; until: number }): boolean {
    return until > performance.now() && !(caller.kind === 'agent' && this.#source.isRevoked(caller.tokenId));
  }
}
