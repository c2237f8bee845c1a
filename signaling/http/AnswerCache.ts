import type { RouteName } from '#protocol/api.ts';
import type { RestCaller } from './RestHandlers.ts';

/** Reads that programs ask for again and again, and everything in them changes by steps that `touch` is told of. */
const kept: ReadonlySet<RouteName> = new Set<RouteName>([
  'listAgents',
  'getAgent',
  'listCustomers',
  'getCustomer',
  'listActiveUsers',
  'getActiveUser',
  'listConversations',
  'getConversation',
  'listMessages',
]);

const MAX_ENTRIES = 1_000;
const MAX_CHARS = 256 * 1024;
const MAX_TOTAL_CHARS = 16 * 1024 * 1024;
const SHORT_CHARS = 4 * 1024;
/** A step that nobody told of counts after so long all the same. */
const KEPT_MS = 1_000;

interface Entry {
  readonly body: string | Buffer;
  readonly until: number;
}

/**
 * Answers to polling: the same caller asking the same again gets the same bytes, as long as nothing at all has
 * happened in this process since. Whatever is not surely unchanged is made anew.
 */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  /** Of which routes the addresses are, whoever asked. */
  readonly #routes = new Map<string, RouteName>();
  #generation = 0;
  #chars = 0;

  /** Something happened, or may have: every answer so far is of before. */
  touch(): void {
    this.#generation++;
    if (this.#entries.size > 0) this.#forgetAll();
  }

  /** To be taken before an answer is made, and given with it. */
  get generation(): number {
    return this.#generation;
  }

  /** The route of an address that was answered lately. */
  routeOf(url: string): RouteName | undefined {
    return this.#routes.get(url);
  }

  get(caller: RestCaller, url: string): string | Buffer | undefined {
    const entry = this.#entries.get(keyOf(caller, url));
    return entry && entry.until > Date.now() ? entry.body : undefined;
  }

  keep(route: RouteName, caller: RestCaller, url: string, generation: number, body: string): void {
    // A key in an address belongs to nobody else's memory.
    if (!kept.has(route) || generation !== this.#generation || url.includes('access_token')) return;
    if (body.length > MAX_CHARS) return;
    // Node sends a short text together with its head; a long one is cheaper once it is bytes.
    const made = body.length < SHORT_CHARS ? body : Buffer.from(body);
    this.#chars += body.length;
    if (this.#entries.size >= MAX_ENTRIES || this.#chars > MAX_TOTAL_CHARS) this.#forgetAll();
    this.#entries.set(keyOf(caller, url), { body: made, until: Date.now() + KEPT_MS });
    this.#routes.set(url, route);
  }

  #forgetAll(): void {
    this.#entries.clear();
    this.#routes.clear();
    this.#chars = 0;
  }
}

const keyOf = (caller: RestCaller, url: string): string =>
  caller.kind === 'agent' ? `${caller.tokenId} ${url}` : `${caller.kind === 'site' ? caller.site : ''} ${url}`;
