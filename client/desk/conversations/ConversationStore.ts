import { computed, effect, signal } from '@preact/signals';
import type { Conversation, ConversationFilter, ConversationStatus } from '#protocol/conversation.ts';
import type { Agent } from '#protocol/identity.ts';
import type { CV } from '../../page/CV.ts';
import { matchesConversation } from './conversationOf.ts';

export type Work = 'open' | 'done';

const statuses: Record<Work, ConversationStatus[]> = { open: ['UNREAD', 'UNRESOLVED'], done: ['DONE'] };
const PAGE = 60;

/** The list of conversations: what is loaded, which of it is shown, and in which order. */
export class ConversationStore {
  readonly filter = signal<ConversationFilter>('all');
  readonly work = signal<Work>('open');
  readonly search = signal('');
  readonly loading = signal(false);
  readonly failed = signal(false);
  /** The pointer or the focus is in the list: rows may change, but not move. */
  readonly held = signal(false);
  readonly #known = signal<ReadonlyMap<string, Conversation>>(new Map());
  /** Where the list goes on, by filter and status; absent before the first page, null after the last. */
  readonly #cursors = signal<ReadonlyMap<string, string | null>>(new Map());
  readonly #order = signal<readonly string[]>([]);
  readonly #cv: CV;
  readonly #me: string;
  readonly #undos: (() => void)[];
  readonly #listeners = new Set<(conversation: Conversation) => void>();
  /** What has gone since a part of the list was asked for, in which it may still be. */
  readonly #gone = new Set<string>();
  #closed = false;

  readonly #wanted = computed(() =>
    [...this.#known.value.values()]
      .filter((one) => this.#fits(one, this.filter.value))
      .filter((one) => statuses[this.work.value].includes(one.status))
      .filter((one) => matchesConversation(one, this.search.value))
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || a.id.localeCompare(b.id)),
  );

  readonly rows = computed(() => this.#order.value.flatMap((id) => this.#known.value.get(id) ?? []));
  /** Conversations that wait above until the list is let go. */
  readonly waiting = computed(() => {
    const shown = new Set(this.#order.value);
    return this.#wanted.value.filter(({ id }) => !shown.has(id)).length;
  });
  readonly loaded = computed(() => this.#cursors.value.has(this.#key()));
  readonly hasMore = computed(() => typeof this.#cursors.value.get(this.#key()) === 'string');
  /** Unread conversations, by filter. */
  readonly unread = computed(() => {
    const unread = [...this.#known.value.values()].filter(({ status }) => status === 'UNREAD');
    const of = (filter: ConversationFilter) => unread.filter((one) => this.#fits(one, filter)).length;
    return { mine: of('mine'), unassigned: of('unassigned'), all: unread.length };
  });

  constructor(cv: CV, me: Agent) {
    this.#cv = cv;
    this.#me = me.email;
    this.#undos = [
      cv.conversations.onChange((changed, gone) => {
        const newest = [...this.#known.value.values()].reduce(
          (at, one) => (one.updatedAt > at ? one.updatedAt : at),
          '',
        );
        const news = changed.filter((one) => this.#isNews(one, newest));
        this.#take(changed, gone);
        for (const id of gone) this.#gone.add(id);
        for (const one of news) for (const listener of this.#listeners) listener(one);
      }),
      effect(() => {
        const wanted = this.#wanted.value.map(({ id }) => id);
        if (!this.held.value) this.#order.value = wanted;
      }),
    ];
    void this.more();
  }

  /** Of what is loaded, that of a visitor who is on the site. */
  ofVisitor(visitorId: string): Conversation | undefined {
    return [...this.#known.value.values()].find(({ present }) => present?.visitorId === visitorId);
  }

  /** A visitor wrote in a conversation that is this agent's or nobody's; answers its undo. */
  onNews(listener: (conversation: Conversation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Another list is asked for: nothing of the former order is kept. */
  choose(filter: ConversationFilter, work: Work): void {
    this.filter.value = filter;
    this.work.value = work;
    this.settle();
    if (!this.loaded.value) void this.more();
  }

  find(search: string): void {
    this.search.value = search;
    this.settle();
  }

  /** Shows the list as it is now, also under the pointer. */
  settle(): void {
    this.#order.value = this.#wanted.value.map(({ id }) => id);
  }

  async more(): Promise<void> {
    const key = this.#key();
    const cursor = this.#cursors.value.get(key);
    if (cursor === null || this.loading.value) return;
    this.loading.value = true;
    this.failed.value = false;
    this.#gone.clear();
    try {
      const page = await this.#cv.conversations.list({
        filter: this.filter.value,
        status: statuses[this.work.value],
        limit: PAGE,
        ...(cursor && { cursor }),
      });
      if (this.#closed) return;
      this.#cursors.value = new Map(this.#cursors.value).set(key, page.nextCursor ?? null);
      const items = page.items.filter(({ id }) => !this.#gone.has(id));
      this.#take(items, []);
      // What was asked for comes below what is there, so the held order may grow.
      const shown = new Set(this.#order.value);
      const fresh = this.#wanted.value.filter(({ id }) => !shown.has(id) && items.some((item) => item.id === id));
      if (fresh.length > 0) this.#order.value = [...this.#order.value, ...fresh.map(({ id }) => id)];
    } catch {
      this.failed.value = true;
    } finally {
      this.loading.value = false;
    }
    if (this.#key() !== key && !this.loaded.value) void this.more();
  }

  close(): void {
    this.#closed = true;
    for (const undo of this.#undos) undo();
  }

  #key(): string {
    return `${this.filter.value} ${this.work.value}`;
  }

  #fits({ assignee, team }: Conversation, filter: ConversationFilter): boolean {
    if (filter === 'mine') return assignee === this.#me;
    return filter === 'all' || (!assignee && !team);
  }

  /** What was not known before may be old: lists come in parts, and again after a lost connection. */
  #isNews(one: Conversation, newest: string): boolean {
    const former = this.#known.value.get(one.id);
    if (!former && (newest === '' || one.updatedAt <= newest)) return false;
    if (one.lastMessage?.author.kind !== 'visitor' || one.unread <= (former?.unread ?? 0)) return false;
    return this.#fits(one, 'mine') || this.#fits(one, 'unassigned');
  }

  #take(changed: readonly Conversation[], gone: readonly string[]): void {
    const known = new Map(this.#known.value);
    for (const one of changed) {
      const former = known.get(one.id);
      // A page that was asked for before may arrive after what was told since.
      if (!former || former.updatedAt <= one.updatedAt) known.set(one.id, one);
    }
    for (const id of gone) known.delete(id);
    this.#known.value = known;
  }
}
