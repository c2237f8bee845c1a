import type { AuditEntry } from '#protocol/audit.ts';
import type { Message } from '#protocol/chat.ts';
import type { CustomerExport } from '#protocol/customers.ts';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { auditEntry } from '#signaling/audit/auditEntry.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { callEntry } from '#signaling/calling/callEntry.ts';
import type { Files } from '#signaling/chat/Files.ts';
import { conversationView, messageView, noteView } from '#signaling/chat/views.ts';
import { cobrowseEntry } from '#signaling/cobrowse/cobrowseEntry.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { AuditRecord, CallRecord, Erased, Store } from '#signaling/store/Store.ts';
import type { Dismissal } from './Dismissal.ts';
import { findCustomer } from './findCustomer.ts';
import { publicCustomer } from './person.ts';
import type { VisitorService } from './VisitorService.ts';

const PAGE = 200;

export interface PersonalDataOptions {
  store: Pick<Store, 'customers' | 'chat' | 'calls' | 'cobrowses' | 'audit'>;
  visitors: Pick<VisitorService, 'erase'>;
  presence: Pick<PresenceService, 'present'>;
  dismissal: Pick<Dismissal, 'dismiss'>;
  files: Pick<Files, 'view' | 'remove'>;
  /** Tells those who have the conversation open that it is no more. */
  erased(site: SiteId, erased: Erased): void;
}

/** What people may ask of those who keep something about them (GDPR, articles 15, 17 and 20). */
export class PersonalData {
  readonly #options: PersonalDataOptions;

  constructor(options: PersonalDataOptions) {
    this.#options = options;
  }

  /** Everything that is kept of a person. That it was told, and to whom, is kept too, or it is not told. */
  async export(site: SiteId, asked: CustomerId, actor: string): Promise<CustomerExport> {
    const { store, presence } = this.#options;
    const customer = await findCustomer(store.customers, site, asked);
    if (!customer) throw unknown(asked);
    const id = customer.customerId;
    await store.audit.add(auditRecord(site, actor, 'customer.exported', id));
    const formerIds = await store.customers.formerIds(site, id);
    const conversation = await store.chat.findByCustomer(site, id);
    const calls = await this.#calls(site, id);
    const cobrowses = await all((cursor) => store.cobrowses.list(site, { customerId: id, limit: PAGE, cursor }));
    const visitors = await store.customers.visitorsOf(site, id);
    const shared = [...calls, ...cobrowses].map((one) => one.id);
    const subjects = [id, ...formerIds, ...visitors, ...(conversation ? [conversation.id] : []), ...shared];
    return {
      exportedAt: new Date().toISOString(),
      customer: publicCustomer(customer),
      formerIds,
      createdAt: new Date(customer.createdAt).toISOString(),
      updatedAt: new Date(customer.updatedAt).toISOString(),
      conversation: conversation && conversationView(conversation, customer, presence.present(id)),
      messages: conversation ? await this.#messages(site, conversation.id) : [],
      notes: conversation ? (await store.chat.listNotes(site, conversation.id)).map(noteView) : [],
      calls: calls.map(callEntry),
      cobrowses: cobrowses.map(cobrowseEntry),
      audit: await this.#audit(site, subjects),
    };
  }

  /**
   * Everything of a person goes, also while they are on the site: their browsers are somebody new at once. What the
   * audit log keeps is that it was done, to an id that nothing leads to any more.
   */
  async erase(site: SiteId, id: CustomerId, actor: string): Promise<void> {
    const { store, visitors, dismissal } = this.#options;
    // Calls and sharings write themselves down when they end: before the rows go, or it would be there again.
    await dismissal.dismiss(site, await store.customers.visitorsOf(site, id), actor);
    const erased = await visitors.erase(site, id, [erasureOf(site, actor, id, 'asked')]);
    if (!erased) {
      const heir = await store.customers.heirOf(site, id);
      if (heir === undefined) throw unknown(id);
      return this.erase(site, heir, actor);
    }
    await this.#erased(site, erased);
    // Who came back, or was tagged, while the rows were still there.
    await dismissal.dismiss(site, erased.visitors, actor);
  }

  /** What a site keeps for a time only; in portions, so that nobody waits for it. Answers how much went. */
  async retain(site: SiteId, before: number, limit: number): Promise<number> {
    const { store, presence, visitors, dismissal } = this.#options;
    let count = 0;
    for (const { id, customerId } of await store.chat.idle(site, before, limit)) {
      const entry = auditRecord(site, 'system', 'conversation.erased', customerId, { reason: 'retention' });
      const erased = await store.chat.erase(site, id, before, [entry]);
      if (!erased) continue;
      await this.#erased(site, erased);
      count++;
    }
    for (const { customerId } of await store.customers.idle(site, before, limit)) {
      if (presence.present(customerId)) continue;
      const entry = erasureOf(site, 'system', customerId, 'retention');
      // Who came meanwhile is no longer one of these, also as somebody else's former self.
      const erased = await visitors.erase(site, customerId, [entry], before);
      if (!erased) continue;
      await this.#erased(site, erased);
      await dismissal.dismiss(site, erased.visitors, 'system');
      count++;
    }
    return count;
  }

  async #erased(site: SiteId, erased: Erased): Promise<void> {
    this.#options.erased(site, erased);
    await this.#options.files.remove(site, erased.files);
  }

  async #messages(site: SiteId, id: ConversationId): Promise<Message[]> {
    const messages: Message[] = [];
    for (let after = 0; ; ) {
      const page = await this.#options.store.chat.history(site, id, { after, limit: PAGE });
      messages.push(...page.map((message) => messageView(message, this.#options.files)));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return messages;
      after = last.seq;
    }
  }

  #calls(site: SiteId, customerId: CustomerId): Promise<CallRecord[]> {
    return all((cursor) => this.#options.store.calls.list(site, { customerId, limit: PAGE, cursor }));
  }

  async #audit(site: SiteId, subjects: readonly string[]): Promise<AuditEntry[]> {
    const entries = [];
    for (const subject of subjects) {
      entries.push(...(await all((cursor) => this.#options.store.audit.list(site, { subject, limit: PAGE, cursor }))));
    }
    return entries.sort((a, b) => a.at - b.at).map(auditEntry);
  }
}

async function all<T>(
  page: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string | undefined }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return items;
}

const erasureOf = (site: SiteId, actor: string, id: CustomerId, reason: 'asked' | 'retention'): AuditRecord =>
  auditRecord(site, actor, 'customer.erased', id, { reason });

const unknown = (id: CustomerId) => new CvError('NOT_FOUND', `The site has no customer ${id}.`);
