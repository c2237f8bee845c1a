import type { Logger } from 'pino';
import type { SiteId } from '#protocol/ids.ts';
import type { Files } from './chat/Files.ts';
import type { PersonalData } from './identity/PersonalData.ts';
import type { SiteDirectory } from './site/SiteDirectory.ts';
import type { Store } from './store/Store.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds that something is kept after it has served its turn. */
const KEPT = {
  idempotency: DAY,
  deliveries: 30 * DAY,
};
/** Of one kind and site at a time. */
const PORTION = 100;
/** Of one site in one round; the rest waits for the next. */
const MAX_PORTIONS = 20;
/** Portions of files that one round looks at; the next goes on there. */
const MAX_FILE_PORTIONS = 100;
/** Far longer than any upload takes. */
const ORPHANED = DAY;

export interface HousekeepingOptions {
  store: Pick<Store, 'tokens' | 'links' | 'idempotency' | 'webhooks' | 'compact'>;
  sites: Pick<SiteDirectory, 'list'>;
  personal: Pick<PersonalData, 'retain'>;
  files: Pick<Files, 'removeOrphans'>;
  log: Logger;
}

/** Takes away, every hour, what has had its time: by the sites' own rules what people wrote, and what has expired. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #closing = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    // Soon after the start: a process that is restarted every day does it too, and the start itself is not held up.
    this.#arm(MINUTE);
  }

  /** One round at a time: who asks during one gets that one. */
  sweep(now = Date.now()): Promise<void> {
    this.#round ??= this.#sweep(now).finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /** Resolves when the round under way has stopped. Idempotent. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  #arm(ms: number): void {
    const round = () => {
      this.#arm(HOUR);
      void this.sweep();
    };
    this.#timer = setTimeout(round, ms).unref();
  }

  async #sweep(now: number): Promise<void> {
    const { tokens, links, idempotency, webhooks } = this.#options.store;
    await this.#try('tokens', () => tokens.deleteExpired(now));
    await this.#try('links', () => links.deleteExpired(now));
    await this.#try('idempotency', () => idempotency.deleteBefore(now - KEPT.idempotency));
    await this.#try('deliveries', () => webhooks.deleteSettled(now - KEPT.deliveries));
    await this.#try('files', () => this.#removeOrphans(now - ORPHANED));
    for (const { id, settings } of this.#options.sites.list()) {
      const { retentionDays } = settings.privacy;
      if (retentionDays !== null) await this.#try('retention', () => this.#retain(id, now - retentionDays * DAY));
    }
    await this.#try('rests', async () => {
      await this.#options.store.compact();
      return 0;
    });
  }

  async #removeOrphans(before: number): Promise<number> {
    const sites = this.#options.sites.list().map(({ id }) => id);
    let count = 0;
    for (let portion = 0; portion < MAX_FILE_PORTIONS && !this.#closing; portion++) {
      const gone = await this.#options.files.removeOrphans(sites, before);
      if (gone === undefined) break;
      count += gone;
    }
    return count;
  }

  async #retain(site: SiteId, before: number): Promise<number> {
    let count = 0;
    for (let portion = 0; portion < MAX_PORTIONS && !this.#closing; portion++) {
      const gone = await this.#options.personal.retain(site, before, PORTION);
      count += gone;
      if (gone === 0) break;
    }
    return count;
  }

  /** What fails is tried again in an hour, and keeps nothing else from being done. */
  async #try(what: string, work: () => Promise<number>): Promise<void> {
    if (this.#closing) return;
    try {
      const count = await work();
      if (count > 0) this.#options.log.info({ what, count }, 'what has had its time is gone');
    } catch (error) {
      this.#options.log.error({ err: error, what }, 'what has had its time could not be taken away');
    }
  }
}
