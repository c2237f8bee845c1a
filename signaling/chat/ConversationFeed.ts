import type { Logger } from 'pino';
import type { Conversation } from '#protocol/conversation.ts';
import type { ConversationId, CustomerId, SiteId, TabId } from '#protocol/ids.ts';
import type { AgentCaller } from '#signaling/gateway/Caller.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import { maySee } from '#signaling/presence/Visitor.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { CustomerRecord, Store } from '#signaling/store/Store.ts';
import { conversationView } from './views.ts';

/** Changes within this time travel together. */
const FLUSH_MS = 100;
/** Conversations whose visitors' comings and goings are told. */
const MAX_LISTED = 5_000;
const MAX_SHOWN = 5_000;
/** Of a site’s open ones, the last changed, when somebody may see others than before. */
const MAX_LOOKED_AT = 200;

export interface ConversationFeedOptions {
  store: Pick<Store, 'chat' | 'customers'>;
  presence: Pick<PresenceService, 'present'>;
  outlet: Pick<Outlet, 'toAgentTab'>;
  log: Logger;
}

interface Watcher {
  readonly agent: AgentCaller;
  watching: boolean;
  /** What this page was told of: nobody hears even the id of one it may not see. */
  readonly shown: Set<ConversationId>;
}

type Changes = Map<ConversationId, { site: SiteId; record: ConversationRecord | undefined }>;

/** Live changes of the list of conversations, for the agents who watch it. */
export class ConversationFeed {
  readonly #options: ConversationFeedOptions;
  readonly #watchers = new Map<TabId, Watcher>();
  /** What somebody has on a list, as it is by now, by person. */
  readonly #listed = new Map<CustomerId, ConversationRecord>();
  /** What to tell of next; undefined is gone. */
  #dirty: Changes = new Map();
  #flush: NodeJS.Timeout | undefined;
  /** Sites whose open ones are being read. */
  readonly #looking = new Set<SiteId>();

  constructor(options: ConversationFeedOptions) {
    this.#options = options;
  }

  watch(agent: AgentCaller, on: boolean): void {
    this.#watcher(agent).watching = on;
  }

  /** The page has these on its list now. */
  listed(agent: AgentCaller, records: readonly ConversationRecord[]): void {
    const { shown } = this.#watcher(agent);
    for (const record of records) {
      this.#show(shown, record.id);
      this.#list(record);
    }
  }

  leave(tab: TabId): void {
    this.#watchers.delete(tab);
    if (this.#watchers.size === 0) this.#listed.clear();
  }

  changed(record: ConversationRecord): void {
    if (this.#watchers.size === 0) return;
    this.#list(record);
    this.#mark(record.site, record.id, record);
  }

  isListed(customerId: CustomerId): boolean {
    return this.#listed.has(customerId);
  }

  /** What is listed as this agent's is nobody's now. */
  released(site: SiteId, email: string): void {
    for (const record of [...this.#listed.values()]) {
      if (record.site === site && record.assignee === email) this.changed({ ...record, assignee: undefined });
    }
  }

  /** The person came, went, or looks at another page. */
  presenceChanged(customerId: CustomerId): void {
    const record = this.#listed.get(customerId);
    if (record) this.#mark(record.site, record.id, record);
  }

  gone(site: SiteId, id: ConversationId): void {
    if (this.#watchers.size > 0) this.#mark(site, id, undefined);
  }

  /** What agents of a site may see has changed: what they were shown is looked at again, and what is open beside. */
  recheck(site: SiteId): void {
    for (const record of this.#listed.values()) if (record.site === site) this.#mark(site, record.id, record);
    if (this.#looking.has(site) || ![...this.#watchers.values()].some(({ agent }) => agent.site === site)) return;
    this.#looking.add(site);
    const { store, log } = this.#options;
    store.chat
      .list(site, { status: ['UNREAD', 'UNRESOLVED'], limit: MAX_LOOKED_AT })
      .finally(() => this.#looking.delete(site))
      .then(({ items }) => {
        for (const record of items) if (!this.#listed.has(record.customerId)) this.changed(record);
      })
      .catch((error) => log.error({ err: error }, 'a list of conversations lacks those of an agent’s new team'));
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#flush);
    this.#watchers.clear();
    this.#listed.clear();
    this.#dirty.clear();
  }

  #watcher(agent: AgentCaller): Watcher {
    const watcher = this.#watchers.get(agent.tab) ?? { agent, watching: false, shown: new Set() };
    this.#watchers.set(agent.tab, watcher);
    return watcher;
  }

  #list(record: ConversationRecord): void {
    this.#listed.delete(record.customerId);
    this.#listed.set(record.customerId, record);
    for (const oldest of this.#listed.keys()) {
      if (this.#listed.size <= MAX_LISTED) break;
      this.#listed.delete(oldest);
    }
  }

  #show(shown: Set<ConversationId>, id: ConversationId): void {
    shown.delete(id);
    shown.add(id);
    for (const oldest of shown) {
      if (shown.size <= MAX_SHOWN) break;
      shown.delete(oldest);
    }
  }

  #mark(site: SiteId, id: ConversationId, record: ConversationRecord | undefined): void {
    this.#dirty.set(id, { site, record });
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      const dirty = this.#dirty;
      this.#dirty = new Map();
      this.#tell(dirty).catch((error) =>
        this.#options.log.error({ err: error }, 'a list of conversations lags behind'),
      );
    }, FLUSH_MS);
  }

  async #tell(dirty: Changes): Promise<void> {
    const watched = new Set([...this.#watchers.values()].map(({ agent }) => agent.site));
    for (const [site, changes] of Map.groupBy(dirty, ([, change]) => change.site)) {
      if (!watched.has(site)) continue;
      const records = changes.flatMap(([, { record }]) => record ?? []);
      const ids = records.map(({ customerId }) => customerId);
      const people = ids.length === 0 ? [] : await this.#options.store.customers.getMany(site, ids);
      const persons = new Map(people.map((person) => [person.customerId, person]));
      this.#tellSite(
        site,
        changes.map(([id, { record }]) => ({ id, record, person: record && persons.get(record.customerId) })),
      );
    }
  }

  #tellSite(
    site: SiteId,
    changes: readonly {
      id: ConversationId;
      record: ConversationRecord | undefined;
      person: CustomerRecord | undefined;
    }[],
  ): void {
    const views = new Map<ConversationId, Conversation>();
    for (const { agent, watching, shown } of this.#watchers.values()) {
      if (agent.site !== site) continue;
      const changed: Conversation[] = [];
      const gone: ConversationId[] = [];
      for (const { id, record, person } of changes) {
        if (!record || !person || !maySee(agent, person)) {
          if (shown.delete(id)) gone.push(id);
          continue;
        }
        const view =
          views.get(id) ?? conversationView(record, person, this.#options.presence.present(person.customerId));
        views.set(id, view);
        this.#show(shown, id);
        changed.push(view);
      }
      if (watching && (changed.length > 0 || gone.length > 0)) {
        this.#options.outlet.toAgentTab(agent.tab, 'conversation.changed', { changed, gone });
      }
    }
  }
}
