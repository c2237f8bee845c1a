import type { MethodOutput, MethodRequest } from '#protocol/api.ts';
import type { Conversation } from '#protocol/conversation.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { ConversationId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { Wire } from '../core/Wire.ts';
import { AgentConversation, queueName, sendAsAgent } from './AgentConversation.ts';
import type { ConversationHandle } from './ConversationHandle.ts';
import { Outbox } from './Outbox.ts';
import { storedQueues } from './PendingStore.ts';

/** Told what is new or has changed, and what vanished. */
export type ConversationWatcher = (changed: Conversation[], gone: string[]) => void;

export interface AgentConversationsOptions {
  boot: WidgetBoot;
  wire: Wire;
  token: string;
  /** Who follows the list, under whichever agent. */
  watchers: Set<ConversationWatcher>;
}

/** The list that is followed begins with so many, the latest change first. */
const LISTED = 1_000;
const PAGE = 200;

/** The conversations that this page's agent may see: listed, followed live, opened. */
export class AgentConversations {
  readonly #options: AgentConversationsOptions;
  readonly #known = new Map<ConversationId, Conversation>();
  /** Until the first answer the list is not empty but unknown. */
  #listed = false;
  #watching = false;
  #agent: Agent | undefined;
  readonly #open = new Set<AgentConversation>();
  /** Queues of conversations that are not open, left by an earlier page. */
  readonly #left = new Map<string, Outbox>();

  constructor(options: AgentConversationsOptions) {
    this.#options = options;
    const { wire } = options;
    wire.onEvent('conversation.changed', ({ changed, gone }) => this.#changed(changed, gone));
    wire.onEvent('conversation.moved', ({ from, to }) => this.#of(from, (one) => one.moved(to)));
    wire.onEvent('conversation.notes', (told) => this.#of(told.conversationId, (one) => one.notesChanged()));
    wire.onEvent('chat.message', (told) => this.#of(told.conversationId, (one) => one.told(told)));
    wire.onEvent('chat.receipts', (told) => this.#of(told.conversationId, (one) => one.receipts(told)));
    wire.onEvent('chat.typing', (told) => this.#of(told.conversationId, (one) => one.typing(told)));
  }

  list(options: MethodRequest<'conversation.list'>): Promise<MethodOutput<'conversation.list'>> {
    return this.#options.wire.request('conversation.list', options);
  }

  /** Calls back with the whole list, then with its changes, until undone. */
  onChange(watcher: ConversationWatcher): () => void {
    const { watchers } = this.#options;
    watchers.add(watcher);
    if (this.#listed) watcher([...this.#known.values()], []);
    else if (watchers.size === 1) this.#list();
    this.#watch();
    return () => {
      watchers.delete(watcher);
      this.#watch();
    };
  }

  /** Once the agent is known. */
  open(handle: ConversationHandle): void {
    if (handle.state === 'closed' || !this.#agent) return;
    const { boot, wire, token } = this.#options;
    const onClose = () => {
      this.#open.delete(one);
      this.#watch();
    };
    const isElsewhere = () => [...this.#open].some((other) => other !== one && other.id === one.id);
    const agent = this.#agent;
    const one: AgentConversation = new AgentConversation({ boot, wire, token, agent, handle, isElsewhere, onClose });
    this.#open.add(one);
    this.#watch();
  }

  /** The connection stands, at first or again. */
  welcome(agent: Agent): void {
    this.#agent = agent;
    this.#watching = false;
    this.#watch();
    if (this.#options.watchers.size > 0) this.#list();
    for (const one of this.#open) one.open();
    this.#sendLeft(agent);
  }

  /** What an agent has written and not sent goes with the agent. */
  forget(): void {
    const { boot } = this.#options;
    if (!this.#agent) return;
    const left = storedQueues('local', `${boot.site}:${this.#agent.id}:`);
    for (const name of left) this.#leftQueue(name).clear();
  }

  /** This page no longer acts for the agent, or is not let in: nothing of what the agent saw stays with it. */
  close(error = new CvError('UNAUTHENTICATED', 'The agent has been signed out.')): void {
    for (const one of [...this.#open]) {
      one.refused(error);
      one.close();
    }
    for (const outbox of this.#left.values()) outbox.close();
    this.#left.clear();
    const gone = [...this.#known.keys()];
    this.#known.clear();
    if (gone.length > 0 && this.#listed) for (const watcher of this.#options.watchers) watcher([], gone);
    this.#listed = false;
  }

  /** An open conversation's own data come this way too. */
  #watch(): void {
    const on = this.#options.watchers.size > 0 || this.#open.size > 0;
    if (on === this.#watching || !this.#agent) return;
    this.#watching = on;
    if (!on) {
      this.#listed = false;
      this.#known.clear();
    }
    this.#options.wire.insist('conversation.watch', { on }).catch(() => {});
  }

  async #list(): Promise<void> {
    const found: Conversation[] = [];
    let cursor: string | undefined;
    try {
      do {
        const page = await this.#options.wire.insist('conversation.list', { filter: 'all', limit: PAGE, cursor });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined && found.length < LISTED);
    } catch {
      return;
    }
    const there = new Set(found.map(({ id }) => id));
    // Of a list that was cut short nobody knows what is missing.
    const gone = cursor === undefined ? [...this.#known.keys()].filter((id) => !there.has(id)) : [];
    this.#listed = true;
    this.#changed(found, gone, true);
  }

  #changed(changed: readonly Conversation[], gone: readonly ConversationId[], whole = false): void {
    for (const conversation of changed) {
      this.#known.set(conversation.id, conversation);
      this.#of(conversation.id, (one) => one.update(conversation));
    }
    for (const id of gone) {
      this.#known.delete(id);
      this.#of(id, (one) => one.gone());
    }
    if (!this.#listed || (changed.length === 0 && gone.length === 0 && !whole)) return;
    for (const watcher of this.#options.watchers) watcher([...changed], [...gone]);
  }

  #of(id: ConversationId, act: (one: AgentConversation) => void): void {
    for (const one of this.#open) if (one.id === id) act(one);
  }

  #sendLeft(agent: Agent): void {
    for (const name of storedQueues('local', queueName(this.#options.boot, agent, ''))) this.#leftQueue(name).flush();
  }

  #leftQueue(name: string): Outbox {
    const known = this.#left.get(name);
    if (known) return known;
    const { wire } = this.#options;
    const conversationId = name.slice(name.lastIndexOf(':') + 1) as ConversationId;
    const outbox = new Outbox({
      kind: 'local',
      name,
      ready: () => wire.connected,
      send: (pending) => sendAsAgent(wire, conversationId, pending),
      onSent: () => {},
      onChange: () => {},
    });
    this.#left.set(name, outbox);
    return outbox;
  }
}
