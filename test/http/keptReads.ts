import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { polled } from '#signaling/http/KnownReads.ts';
import type { TwoSites } from '#test/gateway/TwoSites.ts';
import { ask, questionOf, type RestIds } from './restCases.ts';

/** Programs that poll everything that is kept, each with its own key or token. */
export class KeptReads {
  readonly #house: TwoSites;
  readonly #ids: RestIds;
  readonly #secrets: readonly string[];

  constructor(house: TwoSites, ids: RestIds, secrets: readonly string[]) {
    this.#house = house;
    this.#ids = ids;
    this.#secrets = secrets;
  }

  /** Everything is asked, so that it is kept; then the step is made; then what is kept has to be as if made anew. */
  async through(what: string, step: () => Promise<unknown>): Promise<void> {
    await this.#each((path, secret) => this.#kept(path, secret));
    await step();
    for (;;) {
      const first = await this.#each((path, secret) => this.#kept(path, secret));
      const anew = await this.#anew();
      const again = await this.#each((path, secret) => this.#kept(path, secret));
      // What follows from the step may come between them; then they are asked again.
      if (!isDeepStrictEqual(first, again)) continue;
      expect(first, `after ${what}`).toEqual(anew);
      return;
    }
  }

  /** By route and secret. */
  async #each(act: (path: string, secret: string) => Promise<string>): Promise<Record<string, string>> {
    const all = polled.flatMap((read) => this.#secrets.map((secret) => ({ read, secret })));
    const answers = all.map(async ({ read, secret }) => [
      `${read} ${secret}`,
      await act(questionOf(read, this.#ids).path, secret),
    ]);
    return Object.fromEntries(await Promise.all(answers));
  }

  /** From the database, and with its key in the address the longer way. */
  async #anew(): Promise<Record<string, string>> {
    const { url, service } = this.#house;
    service.coview.rows.keeps = false;
    try {
      return await this.#each(async (path, secret) => {
        const keyed = `${path}${path.includes('?') ? '&' : '?'}access_token=${secret}`;
        return this.#told(await ask(url, { verb: 'GET', path: keyed, body: undefined }));
      });
    } finally {
      service.coview.rows.keeps = true;
    }
  }

  async #kept(path: string, secret: string): Promise<string> {
    return this.#told(await ask(this.#house.url, { verb: 'GET', path, body: undefined }, secret));
  }

  async #told(response: Response): Promise<string> {
    return `${response.status} ${await response.text()}`;
  }
}
