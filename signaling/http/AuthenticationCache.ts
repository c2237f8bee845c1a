import type { AgentId, TokenId } from '#protocol/ids.ts';
import type { Authenticator, RestCaller } from './RestHandlers.ts';

/** What another process changed, a new API key for example, counts here after so long. */
const KEPT_MS = 1_000;
const MAX_KEPT = 10_000;

/** Whose a key or token is, kept for a moment: a busy caller is not looked up for every request. */
export class AuthenticationCache implements Authenticator {
  readonly #source: Authenticator & { isRevoked(token: TokenId): boolean };
  readonly #kept = new Map<string, { caller: RestCaller; until: number }>();
  /** Counts what was forgotten: an answer that was on its way meanwhile is not kept. */
  #generation = 0;

  constructor(source: Authenticator & { isRevoked(token: TokenId): boolean }) {
    this.#source = source;
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
    const until = Date.now() + KEPT_MS;
    const expiresAt = caller.kind === 'agent' ? caller.expiresAt : undefined;
    this.#kept.set(secret, { caller, until: Math.min(until, expiresAt ?? until) });
  }

  #holds({ caller, until }: { caller: RestCaller; until: number }): boolean {
    return until > Date.now() && !(caller.kind === 'agent' && this.#source.isRevoked(caller.tokenId));
  }
}
