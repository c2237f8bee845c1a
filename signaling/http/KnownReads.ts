import type { RouteName } from '#protocol/api.ts';

/** What an address asks for, by the contract. */
export interface KnownRead {
  readonly name: RouteName;
  readonly input: { readonly params?: unknown; readonly query?: unknown };
}

/** Reads that programs ask for again and again. They change nothing: one that fails may be tried a second time. */
export const polled: readonly RouteName[] = [
  'listAgents',
  'getAgent',
  'listCustomers',
  'getCustomer',
  'listActiveUsers',
  'getActiveUser',
  'listConversations',
  'getConversation',
  'listMessages',
];

const MAX_KNOWN = 2_000;
const MAX_CHARS = 500;

/** Addresses that were answered before, as the contract reads them: to read one again costs as much as an answer. */
export class KnownReads {
  readonly #known = new Map<string, KnownRead>();

  get(url: string): KnownRead | undefined {
    return this.#known.get(url);
  }

  learn(url: string, name: RouteName, input: KnownRead['input']): void {
    // A key in an address belongs to nobody else's memory.
    if (!polled.includes(name) || url.length > MAX_CHARS || url.includes('access_token')) return;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(url, { name, input });
  }
}
