import type { HistoryRange } from '#protocol/chat.ts';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { ChatStore, ConversationRecord, MessageRecord } from './ChatStore.ts';
import { Kept } from './Kept.ts';
import type { AgentRecord, CustomerRecord, PageRequest, Store } from './Store.ts';

type Now<T> = T | Promise<T>;
type Parts = Pick<Store, 'agents' | 'chat' | 'customers'>;

/** What each method writes; undefined for those that only read, or write what is not read here. */
type Writes<Part> = {
  readonly [M in keyof Part]: Part[M] extends (...given: infer Given) => unknown
    ? ((kept: Kept, ...given: Given) => void) | undefined
    : never;
};

const AGENTS = 'agents';
const CONVERSATIONS = 'conversations';
/** People are in lists of conversations too: their assignment says who sees them. */
const written = (kept: Kept, site: SiteId, thing: string): void => {
  kept.forget(site, thing);
  kept.forget(site, CONVERSATIONS);
};

const writes: { readonly [P in keyof Parts]: Writes<Parts[P]> } = {
  agents: {
    get: undefined,
    findByEmail: undefined,
    findEverywhere: undefined,
    list: undefined,
    create: (kept, { site }) => kept.forget(site, AGENTS),
    // Who is no more leaves people and conversations to nobody.
    change: (kept, site, { update = [], delete: dismissed = [] }) =>
      update.some(({ active }) => !active) || dismissed.length > 0 ? kept.forget(site) : kept.forget(site, AGENTS),
  },
  customers: {
    get: undefined,
    getMany: undefined,
    findByVisitor: undefined,
    findByExternalId: undefined,
    findByEmail: undefined,
    search: undefined,
    visitorsOf: undefined,
    heirOf: undefined,
    formerIds: undefined,
    idle: undefined,
    unbind: undefined,
    save: (kept, { site, customerId }, _visitorId, also) =>
      also?.absorb ? kept.forget(site) : written(kept, site, customerId),
    erase: (kept, site) => kept.forget(site),
  },
  chat: {
    get: undefined,
    findByCustomer: undefined,
    list: undefined,
    openChats: undefined,
    history: undefined,
    idle: undefined,
    getFile: undefined,
    getFiles: undefined,
    addFile: undefined,
    deleteUnsentFiles: undefined,
    listNotes: undefined,
    addNote: undefined,
    deleteNote: undefined,
    listCannedAnswers: undefined,
    saveCannedAnswer: undefined,
    deleteCannedAnswer: undefined,
    begin: (kept, { site, id }) => written(kept, site, id),
    append: (kept, messages) => {
      for (const { site, conversationId } of messages) written(kept, site, conversationId);
    },
    change: written,
    receive: written,
    erase: written,
  },
};

/**
 * Rows as programs and desks ask for them again and again: in memory from one write of theirs to the next. Others get
 * the same objects, so nobody changes them; what is to be written is read from the store.
 */
export class Rows {
  readonly #store: Parts;
  readonly #kept: Kept;

  /** Sees the writes that go through the store it answers. */
  static over(store: Store): { store: Store; rows: Rows } {
    const kept = new Kept();
    const parts: Parts = {
      agents: telling(store.agents, writes.agents, kept),
      chat: telling(store.chat, writes.chat, kept),
      customers: telling(store.customers, writes.customers, kept),
    };
    const whole = {
      ...store,
      ...parts,
      ping: () => store.ping(),
      compact: () => store.compact(),
      close: () => store.close(),
    };
    return { store: whole, rows: new Rows(store, kept) };
  }

  private constructor(store: Parts, kept: Kept) {
    this.#store = store;
    this.#kept = kept;
  }

  agents(site: SiteId, page: PageRequest): Now<Page<AgentRecord>> {
    return this.#kept.read(site, AGENTS, JSON.stringify(page), () => this.#store.agents.list(site, page));
  }

  agent(site: SiteId, email: string): Now<AgentRecord | undefined> {
    return this.#kept.read(site, AGENTS, email, () => this.#store.agents.findByEmail(site, email));
  }

  conversation(site: SiteId, id: ConversationId): Now<ConversationRecord | undefined> {
    return this.#kept.read(site, id, '', () => this.#store.chat.get(site, id));
  }

  messages(site: SiteId, id: ConversationId, range: HistoryRange): Now<readonly MessageRecord[]> {
    return this.#kept.read(site, id, JSON.stringify(range), () => this.#store.chat.history(site, id, range));
  }

  conversations(site: SiteId, options: Parameters<ChatStore['list']>[1]): Now<Page<ConversationRecord>> {
    const reading = JSON.stringify(options);
    return this.#kept.read(site, CONVERSATIONS, reading, () => this.#store.chat.list(site, options));
  }

  heirOf(site: SiteId, former: CustomerId): Now<CustomerId | undefined> {
    return this.#kept.read(site, former, 'heir', () => this.#store.customers.heirOf(site, former));
  }

  /** In the order of their ids; undefined for those there are not. */
  customers(site: SiteId, ids: readonly CustomerId[]): Now<readonly (CustomerRecord | undefined)[]> {
    return this.#kept.readMany(site, ids, '', async (unknown) => {
      const found = await this.#store.customers.getMany(site, unknown);
      const byId = new Map(found.map((customer) => [customer.customerId, customer]));
      return unknown.map((id) => byId.get(id));
    });
  }

  /** False: everything is read anew; what is known stays as it is. */
  set keeps(keeps: boolean) {
    this.#kept.keeps = keeps;
  }
}

/** The same methods; each write is told when it begins, and again when it has ended: what was read meanwhile is old. */
function telling<Part extends object>(part: Part, writes: Writes<Part>, kept: Kept): Part {
  const methods = Object.entries(writes).map(([name, tell]) => {
    const method = (part as Record<string, (...given: unknown[]) => Promise<unknown>>)[name]?.bind(part);
    if (!method || !tell) return [name, method];
    const wrote = tell as (kept: Kept, ...given: unknown[]) => void;
    const watched = async (...given: unknown[]) => {
      wrote(kept, ...given);
      try {
        return await method(...given);
      } finally {
        wrote(kept, ...given);
      }
    };
    return [name, watched];
  });
  return Object.fromEntries(methods);
}
