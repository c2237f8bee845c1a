import { pageAddress } from '#protocol/addresses.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { CustomerId, TabId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { isOnline, type Visitor } from '#signaling/presence/Visitor.ts';
import type { AuditRecord, CobrowseStore } from '#signaling/store/Store.ts';
import type { WebhookDirectory } from '#signaling/webhooks/WebhookDirectory.ts';
import {
  type CobrowseEvent,
  type CobrowsePhase,
  type CobrowseTerms,
  recordOf,
  transition,
  viewOf,
} from './Cobrowse.ts';
import { Control } from './Control.ts';
import { cobrowseEntry } from './cobrowseEntry.ts';
import { FrontTab } from './FrontTab.ts';
import type { Recording } from './Recording.ts';
import { Seats } from './Seats.ts';

type TimerName = 'phase' | 'visitor-absent' | 'unwatched' | `seat ${string}`;

/** Whom the visitor is for. */
export type Placement = Pick<Person, 'assignedUser' | 'team'>;

/** A session that goes on: its phase, its two sides, its timers, and what of it is still to be written. */
export class LiveCobrowse {
  readonly terms: CobrowseTerms;
  readonly seats = new Seats();
  readonly control = new Control();
  readonly front = new FrontTab();
  readonly recording: Recording;
  /** By now: a visitor may be tagged, assigned or somebody else while the session goes on. */
  customerId: CustomerId | undefined;
  placement: Placement = {};
  /** How often it was asked for anew. */
  questions = 0;
  /** Its view as both sides were last told it. */
  told = '';
  /** Whether the consent is written down: nothing is recorded on one that nobody could prove. */
  proven = false;
  #phase: CobrowsePhase = { state: 'ringing' };
  readonly #store: CobrowseStore;
  readonly #hooks: Pick<WebhookDirectory, 'rows'>;
  /** Whether webhooks know of it. */
  #announced = false;
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  /** Writes of one session follow one another. */
  #written: Promise<void> = Promise.resolve();

  constructor(parts: {
    terms: CobrowseTerms;
    recording: Recording;
    store: CobrowseStore;
    hooks: Pick<WebhookDirectory, 'rows'>;
  }) {
    this.terms = parts.terms;
    this.recording = parts.recording;
    this.#store = parts.store;
    this.#hooks = parts.hooks;
  }

  get phase(): CobrowsePhase {
    return this.#phase;
  }

  /** Whether the visitor shares now. */
  get consented(): boolean {
    return this.#phase.state === 'connecting' || this.#phase.state === 'active';
  }

  /** Whether agents may see the page now. */
  get open(): boolean {
    return this.consented && this.proven;
  }

  /** Until the visitor consents, nobody learns more of their pages than they knew before. */
  viewWith(visitor: Visitor | undefined, tab?: TabId): CobrowseView {
    const { consented, seats, control, recording, front } = this;
    const tabs = consented ? (visitor?.tabs ?? []) : [];
    return viewOf(this.terms, this.#phase, {
      viewers: consented ? seats.viewers : [],
      tabs: tabs.map(({ id, url, title }) => ({ tab: id, url: pageAddress(url), title, front: id === front.id })),
      ...control.viewFor(tab),
      paused: recording.paused,
      online: visitor !== undefined && isOnline(visitor),
    });
  }

  /** False where the event does not apply to the phase. */
  apply(event: CobrowseEvent): boolean {
    const next = transition(this.#phase, event);
    if (!next) return false;
    this.#phase = next;
    return true;
  }

  /** Writes the session as it is now together with what happened; resolves when it is durable. */
  write(actor: string, action: string, detail: AuditRecord['detail'] = {}): Promise<void> {
    const record = recordOf(this.terms, this.#phase, this.customerId);
    const { site, id, state } = record;
    const entry = auditRecord(site, actor, action, id, detail);
    const run = this.#written.then(async () => {
      const type = state !== 'ended' ? 'cobrowse.started' : 'cobrowse.ended';
      // A session that was never begun is nobody's business.
      const news = this.#announced === (state === 'ended');
      const data = { cobrowse: cobrowseEntry(record) };
      await this.#store.save(record, [entry], news ? this.#hooks.rows(site, type, data, record.customerId) : []);
      this.#announced = state !== 'ended';
    });
    this.#written = run.catch(() => {});
    return run;
  }

  /** One timer a name: setting it again replaces it. */
  arm(name: TimerName, ms: number, act: () => void): void {
    this.disarm(name);
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        act();
      }, ms),
    );
  }

  disarm(name: TimerName): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  armed(name: TimerName): boolean {
    return this.#timers.has(name);
  }

  /** Ends the timers; resolves when everything is written. Idempotent. */
  async close(): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#written;
  }
}
