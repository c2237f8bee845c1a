import { expect } from 'vitest';
import type { RouteName } from '#protocol/api.ts';
import { ask, questionOf, type RestIds } from './restCases.ts';

/** What the answer cache keeps. */
const reads: readonly RouteName[] = [
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

/** Programs that poll everything that is kept, each with its own key or token. */
export class KeptReads {
  readonly #url: string;
  readonly #ids: RestIds;
  readonly #secrets: readonly string[];

  constructor(url: string, ids: RestIds, secrets: readonly string[]) {
    this.#url = url;
    this.#ids = ids;
    this.#secrets = secrets;
  }

  /** Everything is asked, so that it is kept; then the step is made; then what is kept has to be as if made anew. */
  async through(what: string, step: () => Promise<unknown>): Promise<void> {
    await this.#each((_read, secret, path) => this.#kept(path, secret));
    await step();
    await this.#each(async (read, secret, path) => {
      for (;;) {
        const first = await this.#kept(path, secret);
        const anew = await this.#anew(path, secret);
        // What follows from the step may come between the two; then they are asked again.
        if (first !== (await this.#kept(path, secret))) continue;
        expect(first, `${read} after ${what}`).toBe(anew);
        return;
      }
    });
  }

  async #each(act: (read: RouteName, secret: string, path: string) => Promise<unknown>): Promise<void> {
    const all = reads.flatMap((read) => this.#secrets.map((secret) => ({ read, secret })));
    await Promise.all(all.map(({ read, secret }) => act(read, secret, questionOf(read, this.#ids).path)));
  }

  async #kept(path: string, secret: string): Promise<string> {
    return this.#told(await ask(this.#url, { verb: 'GET', path, body: undefined }, secret));
  }

  /** With its key in the address it is never kept. */
  async #anew(path: string, secret: string): Promise<string> {
    const keyed = `${path}${path.includes('?') ? '&' : '?'}access_token=${secret}`;
    return this.#told(await ask(this.#url, { verb: 'GET', path: keyed, body: undefined }));
  }

  async #told(response: Response): Promise<string> {
    return `${response.status} ${await response.text()}`;
  }
}
