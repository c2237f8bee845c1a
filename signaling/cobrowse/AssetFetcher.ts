import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { TargetGuard } from '#signaling/net/TargetGuard.ts';
import type { Assets, StoredAsset } from './Assets.ts';

const MAX_REDIRECTS = 4;

export const usualFetching = {
  /** Milliseconds until it is there whole. */
  deadlineMs: 15_000,
  /** At a time, of one session. */
  session: 6,
  /** At a time, of this process. */
  total: 60,
};

export interface AssetFetcherOptions {
  assets: Pick<Assets, 'take' | 'takeTurn'>;
  guard: TargetGuard;
  limits?: Partial<typeof usualFetching> | undefined;
}

/**
 * Gets what a shared page shows and must not read, from public addresses, as nobody in particular. What is wrong with an
 * address is not told: a visitor is not to learn by it what the server can reach.
 */
export class AssetFetcher {
  readonly #assets: AssetFetcherOptions['assets'];
  readonly #guard: TargetGuard;
  readonly #limits: typeof usualFetching;
  readonly #running = new Map<CobrowseId, number>();
  #total = 0;

  constructor({ assets, guard, limits }: AssetFetcherOptions) {
    this.#assets = assets;
    this.#guard = guard;
    this.#limits = { ...usualFetching, ...limits };
  }

  /** NOT_FOUND if it cannot be had, whatever the reason; RATE_LIMITED. */
  async fetch(session: CobrowseId, url: string): Promise<StoredAsset> {
    const running = this.#running.get(session) ?? 0;
    if (running >= this.#limits.session || this.#total >= this.#limits.total) {
      throw new CvError('RATE_LIMITED', 'Too many at once; ask again when some are there.');
    }
    this.#running.set(session, running + 1);
    this.#total++;
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), this.#limits.deadlineMs).unref();
    try {
      this.#assets.takeTurn(session);
      const answer = await this.#get(new URL(url), ending.signal);
      return await this.#assets.take(session, { type: answer.headers['content-type'] ?? '', bytes: answer });
    } catch (error) {
      if (error instanceof CvError && error.code === 'RATE_LIMITED') throw error;
      throw new CvError('NOT_FOUND', 'It could not be had.', { cause: error });
    } finally {
      clearTimeout(timer);
      ending.abort();
      this.#total--;
      const left = (this.#running.get(session) ?? 1) - 1;
      if (left > 0) this.#running.set(session, left);
      else this.#running.delete(session);
    }
  }

  async #get(first: URL, signal: AbortSignal): Promise<IncomingMessage> {
    let url = first;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const answer = await this.#ask(url, signal);
      const { location, 'content-encoding': encoding = 'identity' } = answer.headers;
      if (answer.statusCode === 200 && encoding === 'identity') return answer;
      answer.destroy();
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0);
      if (!isRedirect || location === undefined) throw new Error(`answered ${answer.statusCode}, ${encoding}`);
      url = new URL(location, url);
    }
    throw new Error('too many redirects');
  }

  /** Over a connection of its own, so that what was checked is what is used. */
  #ask(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    this.#guard.check(url);
    url.username = url.password = '';
    const options: RequestOptions = {
      agent: false,
      lookup: this.#guard.lookup,
      signal,
      headers: {
        accept: 'image/*, font/*, text/css, */*;q=0.1',
        'accept-encoding': 'identity',
        'user-agent': 'Mozilla/5.0 (compatible; CoView)',
      },
    };
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
      request.on('response', resolve);
      // Stays after the answer: a connection that breaks in its body says so there.
      request.on('error', reject);
      request.on('close', () => reject(new Error('closed without an answer')));
      request.end();
    });
  }
}
