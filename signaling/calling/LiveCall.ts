import type { CallView } from '#protocol/calling.ts';
import type { TokenId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/AuditLog.ts';
import type { AuditRecord, CallStore } from '#signaling/store/Store.ts';
import { type CallEvent, type CallPhase, type CallTerms, recordOf, transition, viewOf } from './Call.ts';

type TimerName = 'phase' | 'visitor-absent' | 'agent-absent';

/** A call that goes on: its phase, who is connected, its timers, and what of it is still to be written. */
export class LiveCall {
  readonly terms: CallTerms;
  readonly online = { visitor: true, agent: true };
  /** The user token that the agent's page is here with now; without it the call goes on for nobody. */
  agentToken: TokenId;
  #phase: CallPhase = { state: 'ringing' };
  readonly #store: CallStore;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  /** Writes of one call follow one another. */
  #written: Promise<void> = Promise.resolve();

  constructor(terms: CallTerms, agentToken: TokenId, store: CallStore) {
    this.terms = terms;
    this.agentToken = agentToken;
    this.#store = store;
  }

  get phase(): CallPhase {
    return this.#phase;
  }

  get view(): CallView {
    return viewOf(this.terms, this.#phase, { ...this.online });
  }

  /** False where the event does not apply to the phase. */
  apply(event: CallEvent): boolean {
    const next = transition(this.#phase, event);
    if (!next) return false;
    this.#phase = next;
    return true;
  }

  /** Writes the call as it is now together with what happened; resolves when it is durable. */
  write(actor: string, action: string, detail: AuditRecord['detail'] = {}): Promise<void> {
    const record = recordOf(this.terms, this.#phase);
    const entry = auditRecord(this.terms.site, actor, action, this.terms.id, detail);
    const run = this.#written.then(() => this.#store.save(record, [entry]));
    this.#written = run.catch(() => {});
    return run;
  }

  /** One timer a name: setting it again replaces it. */
  arm(name: TimerName, ms: number, act: () => void): void {
    this.disarm(name);
    this.#timers.set(name, setTimeout(act, ms));
  }

  disarm(name: TimerName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  /** Ends the timers; resolves when everything is written. Idempotent. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#written;
  }
}
