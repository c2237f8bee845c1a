import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConversationId, SiteId } from '#protocol/ids.ts';
import type { MessageRecord } from '#signaling/store/ChatStore.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { Server } from '#test/process/Server.ts';
import { freePort } from '#test/support/freePort.ts';
import { HistoryClient } from './HistoryClient.ts';

export interface HistoryRunOptions {
  visitors: number;
  agents: number;
  /** In all, from both sides. */
  messages: number;
  /** Of the server, by SIGKILL, spread over the run. */
  kills: number;
  /** What is done in place of a kill; resolves when all is there again. */
  kill?: () => Promise<void>;
  /** Of one page's network, spread over the run. */
  cuts: number;
  /** Decides when and whom. */
  seed: number;
  /** Of a PostgreSQL database, in place of a SQLite file. */
  url?: string | undefined;
  progress?: (line: string) => void;
}

export interface HistoryResult {
  faults: string[];
  messages: number;
  acknowledged: number;
  kills: number;
  cuts: number;
  /** Messages that were kept but whose acknowledgement was lost, and that were sent again, are among these. */
  lost: number;
  doubled: number;
  seconds: number;
}

/** How many messages of one page wait for their acknowledgement at once. */
const WINDOW = 8;
const demo = 'demo' as SiteId;

/** Visitors and agents write to each other over a server that is killed again and again; then everything is compared. */
export class HistoryRun {
  readonly #options: HistoryRunOptions;
  readonly #random: () => number;
  readonly #faults: string[] = [];
  #data = '';
  #port = 0;
  #server: Server | undefined;
  #acknowledged = 0;
  #kills = 0;
  #cuts = 0;
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: HistoryRunOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
  }

  async run(): Promise<HistoryResult> {
    const began = performance.now();
    this.#data = await mkdtemp(join(tmpdir(), 'coview-history-'));
    this.#port = await freePort();
    const clients: HistoryClient[] = [];
    try {
      await this.#start();
      const { visitors, agents } = await this.#gather(clients);
      await Promise.all([
        ...visitors.map((visitor, i) => this.#write(visitor, i, [undefined])),
        ...agents.map((agent, i) => this.#write(agent, this.#options.visitors + i, [...agent.views.keys()])),
      ]);
      await this.#restarting;
      this.#options.progress?.('everything is acknowledged; all pages read to the end');
      await Promise.all(clients.map((client) => client.settle()));
      for (const client of clients) client.close();
      await this.#server?.kill();
      return { ...(await this.#compare(clients)), seconds: (performance.now() - began) / 1000 };
    } finally {
      for (const client of clients) client.close();
      await this.#server?.kill();
      await rm(this.#data, { recursive: true, force: true });
    }
  }

  async #start(): Promise<void> {
    const { url } = this.#options;
    this.#server = new Server({
      COVIEW_DATA: this.#data,
      PORT: String(this.#port),
      RATE_LIMITS: '0',
      ...(url === undefined ? {} : { DATABASE_URL: url }),
    });
    await this.#server.prints(/API documentation/);
    this.#options.progress?.('the server runs');
  }

  async #restart(): Promise<void> {
    await this.#server?.kill();
    await this.#start();
  }

  /** Every visitor has written once, and every agent has its share of the conversations open. */
  async #gather(clients: HistoryClient[]): Promise<{ visitors: HistoryClient[]; agents: HistoryClient[] }> {
    const { visitors: count, agents: agentCount } = this.#options;
    const options = { url: `http://127.0.0.1:${this.#port}`, acknowledged: () => this.#count() };
    const visitors = Array.from({ length: count }, () => new HistoryClient(options));
    clients.push(...visitors);
    for (const visitor of visitors) visitor.send('first');
    await Promise.all(visitors.map((visitor) => visitor.until(() => visitor.outstanding === 0)));
    const ids = visitors.map((visitor) => [...visitor.acknowledged.values()][0]?.conversationId as ConversationId);
    const tokens = Object.values(
      (JSON.parse(await readFile(join(this.#data, 'dev-credentials.json'), 'utf8')) as { agents: object }).agents,
    ) as string[];
    const agents = Array.from({ length: agentCount }, (_, i) => {
      const conversations = ids.filter((_id, place) => place % agentCount === i);
      return new HistoryClient({ ...options, token: tokens[i % tokens.length] ?? '', conversations });
    });
    clients.push(...agents);
    this.#clients = clients;
    return { visitors, agents };
  }

  #clients: readonly HistoryClient[] = [];

  async #write(client: HistoryClient, place: number, targets: readonly (ConversationId | undefined)[]): Promise<void> {
    const { visitors, agents, messages } = this.#options;
    const writers = visitors + agents;
    const quota = Math.floor((messages - visitors) / writers) + (place < (messages - visitors) % writers ? 1 : 0);
    for (let i = 0; i < quota; i++) {
      await client.until(() => client.outstanding < WINDOW);
      client.send(`${client.role} ${place}: ${i}`, targets[i % targets.length]);
    }
    await client.until(() => client.outstanding === 0);
  }

  /** Faults come at shares of what is done, so that they fall into the middle of work, however quick the machine is. */
  #count(): void {
    this.#acknowledged++;
    const { messages, kills, cuts, progress } = this.#options;
    const share = (this.#acknowledged - this.#options.visitors) / (messages - this.#options.visitors);
    if (share * (cuts + 1) > this.#cuts + 1 && this.#cuts < cuts) {
      this.#cuts++;
      this.#clients[Math.floor(this.#random() * this.#clients.length)]?.cut();
    }
    if (share * (kills + 1) > this.#kills + 0.5 + this.#random() && this.#kills < kills) {
      this.#kills++;
      progress?.(`kill ${this.#kills} after ${this.#acknowledged} messages`);
      this.#restarting = this.#restarting.then(this.#options.kill ?? (() => this.#restart()));
      this.#restarting.catch((error: Error) => this.#faults.push(error.message));
    }
  }

  async #compare(clients: readonly HistoryClient[]): Promise<Omit<HistoryResult, 'seconds'>> {
    const store = await TypeOrmStore.open({ url: this.#options.url, file: join(this.#data, 'coview.sqlite') });
    const kept = new Map<ConversationId, MessageRecord[]>();
    for (const id of new Set(clients.flatMap(({ views }) => [...views.keys()]))) {
      kept.set(id, await readAll(store, id));
    }
    await store.close();
    const faults = [...this.#faults, ...clients.flatMap((client) => client.faults)];
    const places = new Map<string, number>();
    for (const [id, messages] of kept) {
      messages.forEach((message, i) => {
        if (message.seq !== i + 1) faults.push(`${id}: seq ${message.seq} at place ${i + 1}`);
        places.set(message.id, (places.get(message.id) ?? 0) + 1);
      });
    }
    for (const client of clients) compareClient(client, kept, faults);
    const sent = clients.flatMap((client) => client.sent);
    return {
      faults,
      messages: sent.length,
      acknowledged: this.#acknowledged,
      kills: this.#kills,
      cuts: this.#cuts,
      lost: sent.filter(({ id }) => !places.has(id)).length,
      doubled: [...places.values()].filter((count) => count > 1).length,
    };
  }
}

/** What this page was told and acknowledged is what was kept, in the order in which it sent it. */
function compareClient(client: HistoryClient, kept: Map<ConversationId, MessageRecord[]>, faults: string[]): void {
  for (const [id, view] of client.views) {
    const messages = kept.get(id) ?? [];
    const same = messages.length === view.size && messages.every((message) => view.get(message.seq) === message.id);
    if (!same) faults.push(`${client.role}: told of ${view.size} messages of ${id}, ${messages.length} were kept`);
  }
  const last = new Map<ConversationId, number>();
  for (const { id } of client.sent) {
    const place = client.acknowledged.get(id);
    if (!place) {
      faults.push(`${id} was not acknowledged`);
      continue;
    }
    const { conversationId, seq } = place;
    if (kept.get(conversationId)?.[seq - 1]?.id !== id)
      faults.push(`${id} was acknowledged at ${seq}, where it is not`);
    if (seq <= (last.get(conversationId) ?? 0)) faults.push(`${id} stands before what its page sent before`);
    last.set(conversationId, seq);
  }
}

async function readAll(store: TypeOrmStore, id: ConversationId): Promise<MessageRecord[]> {
  const all: MessageRecord[] = [];
  for (;;) {
    const page = await store.chat.history(demo, id, { after: all.at(-1)?.seq ?? 0, limit: 200 });
    all.push(...page);
    if (page.length < 200) return all;
  }
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
