import type { CallView } from '#protocol/calling.ts';
import type { TokenId } from '#protocol/ids.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { AuditRecord, CallRecord, CallStore } from '#signaling/store/Store.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import { type CallEvent, type CallPhase, type CallTerms, recordOf, transition, viewOf } from './Call.ts';
import { callEntry } from './callEntry.ts';

type TimerName = 'phase' | 'visitor-absent' | 'agent-absent';

/** A call that goes on: its phase, who is connected, its timers, and what of it is still to be written. */
export class LiveCall {
  readonly terms: CallTerms;
  readonly online = { visitor: true, agent: true };
  /** The user token that the agent's page is here with now; without it the call goes on for nobody. */
  agentToken: TokenId;
  #phase: CallPhase = { state: 'ringing' };
  readonly #store: CallStore;
  readonly #hooks: Pick<WebhookDirectory, 'rows'>;
  /** Whether webhooks know of it. */
  #announced = false;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  /** Writes of one call follow one another. */
  #written: Promise<void> = Promise.resolve();

  constructor(terms: CallTerms, agentToken: TokenId, store: CallStore, hooks: Pick<WebhookDirectory, 'rows'>) {
    this.terms = terms;
    this.agentToken = agentToken;
    this.#store = store;
    this.#hooks = hooks;
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
    const run = this.#written.then(async () => {
      await this.#store.save(record, [entry], this.#outbox(record));
      this.#announced = record.state !== 'ended';
    });
    this.#written = run.catch(() => {});
    return run;
  }

  /** A call that never rang is nobody's business. */
  #outbox(record: CallRecord): DeliveryRecord[] {
    const { site, customerId, state } = record;
    if (this.#announced === (state !== 'ended')) return [];
    const type = this.#announced ? 'call.ended' : 'call.started';
    return this.#hooks.rows(site, type, { call: callEntry(record) }, customerId);
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
