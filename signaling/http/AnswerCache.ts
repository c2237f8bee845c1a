import type { RouteName } from '#protocol/api.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { RestCaller } from './RestHandlers.ts';

/** What changes by itself within a site: agents' state, people, what they write, who is there now. */
export type Topic = 'agents' | 'people' | 'chats' | 'presence';

/** Reads that programs ask for again and again, and all that changes them beside the site and its agents' rights. */
const dependsOn: { readonly [R in RouteName]?: readonly Topic[] } = {
  listAgents: ['agents'],
  getAgent: ['agents'],
  listCustomers: ['people'],
  getCustomer: ['people'],
  listActiveUsers: ['presence'],
  getActiveUser: ['presence'],
  // A conversation shows its person, and where they are now.
  listConversations: ['chats', 'people', 'presence'],
  getConversation: ['chats', 'people', 'presence'],
  // A person may become somebody else's to see.
  listMessages: ['chats', 'people'],
};

const MAX_ENTRIES = 1_000;
const MAX_CHARS = 256 * 1024;
const MAX_TOTAL_CHARS = 16 * 1024 * 1024;
const SHORT_CHARS = 4 * 1024;
/** A step that nobody told of counts after so long all the same. */
const KEPT_MS = 1_000;

export interface KeptAnswer {
  readonly route: RouteName;
  readonly body: string | Buffer;
  /** In bytes, as a header has it. */
  readonly length: string;
}

interface Entry extends KeptAnswer {
  readonly version: number;
  readonly until: number;
}

type Steps = Record<Topic | 'all', number>;

/**
 * Answers to polling: the same caller asking the same again gets the same bytes, as long as nothing has happened since
 * that can change them. Whatever is not surely unchanged is made anew. An answer is kept with the very caller that
 * authentication knows: once its agent has changed, and so what it may see, it is another one.
 */
export class AnswerCache {
  #entries = new WeakMap<RestCaller, Map<string, Entry>>();
  readonly #sites = new Map<SiteId, Steps>();
  #steps = 0;
  #count = 0;
  #chars = 0;

  /** Something happened, or may have: to this topic of this site; to all of it, or to all sites, if they are absent. */
  touch(site?: SiteId, topic: Topic | 'all' = 'all'): void {
    if (site === undefined) this.#steps++;
    else this.#stepsOf(site)[topic]++;
  }

  /** Grows with every step that can change what the route answers. To be taken before an answer is made. */
  version(route: RouteName, site: SiteId): number {
    const steps = this.#stepsOf(site);
    let version = this.#steps + steps.all;
    for (const topic of dependsOn[route] ?? []) version += steps[topic];
    return version;
  }

  get(caller: Exclude<RestCaller, { kind: 'none' }>, url: string): KeptAnswer | undefined {
    const entry = this.#entries.get(caller)?.get(url);
    if (!entry || entry.until <= Date.now()) return undefined;
    return entry.version === this.version(entry.route, caller.site) ? entry : undefined;
  }

  keep(route: RouteName, caller: RestCaller, url: string, version: number, body: string): void {
    // A key in an address belongs to nobody else's memory.
    if (!dependsOn[route] || url.includes('access_token') || body.length > MAX_CHARS) return;
    this.#chars += body.length;
    if (++this.#count > MAX_ENTRIES || this.#chars > MAX_TOTAL_CHARS) this.#forgetAll(body.length);
    const bytes = Buffer.from(body);
    const entries = this.#entries.get(caller) ?? new Map<string, Entry>();
    this.#entries.set(caller, entries);
    entries.set(url, {
      route,
      // Node sends a short text together with its head; a long one is cheaper once it is bytes.
      body: body.length < SHORT_CHARS ? body : bytes,
      length: String(bytes.length),
      version,
      until: Date.now() + KEPT_MS,
    });
  }

  /** More often than needed: what was replaced, or kept for a caller of before, counts too. */
  #forgetAll(chars: number): void {
    this.#entries = new WeakMap();
    this.#count = 1;
    this.#chars = chars;
  }

  #stepsOf(site: SiteId): Steps {
    const known = this.#sites.get(site);
    if (known) return known;
    const steps = { all: 0, agents: 0, people: 0, chats: 0, presence: 0 };
    this.#sites.set(site, steps);
    return steps;
  }
}
