import { EventEmitter } from 'node:events';
import { CvError } from '#protocol/errors.ts';
import { SiteId } from '#protocol/ids.ts';
import type { Site, SiteChange } from '#protocol/site.ts';
import { AttemptLimiter } from '#signaling/identity/AttemptLimiter.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { AuditRecord, SiteStore } from '#signaling/store/Store.ts';
import { changedSettings, completeSettings } from './settings.ts';

/** So many unknown sites are looked for in a second, whoever names them. */
const LOOKS_A_SECOND = 20;

/** Whether pages are believed in whom they tag, or need a signature. */
export type IdentityMode = 'open' | 'signed';

/** All sites, in memory: every handshake and every widget script asks for one. `changed`: as it is from now on. */
export class SiteDirectory extends EventEmitter<{ changed: [site: Site] }> {
  readonly #store: SiteStore;
  readonly #mode: IdentityMode;
  readonly #sites: Map<string, Site>;
  /** Two changes of one site at once: neither may undo the other. */
  readonly #turns = new Turns();
  readonly #looks = new AttemptLimiter(LOOKS_A_SECOND, 1_000);

  private constructor(store: SiteStore, mode: IdentityMode, sites: readonly Site[]) {
    super();
    this.#store = store;
    this.#mode = mode;
    this.#sites = new Map(sites.map((site) => [site.id, complete(site)]));
  }

  /** `mode`: of the sites that leave it to the server. */
  static async load(store: SiteStore, mode: IdentityMode = 'open'): Promise<SiteDirectory> {
    return new SiteDirectory(store, mode, await store.list());
  }

  get(id: string): Site | undefined {
    return this.#sites.get(id);
  }

  /** Also one that another process has made meanwhile, as far as there are not too many who ask for what is not there. */
  find(id: string): Site | undefined | Promise<Site | undefined> {
    const known = this.#sites.get(id);
    if (known || !SiteId.safeParse(id).success || !this.#looks.take('')) return known;
    return this.learn(id as SiteId);
  }

  /** For those who can be sure that there is one, by a key of it. */
  async learn(id: SiteId): Promise<Site | undefined> {
    const kept = this.#sites.has(id) ? undefined : await this.#store.get(id);
    if (kept && !this.#sites.has(id)) {
      const site = complete(kept);
      this.#sites.set(id, site);
      this.emit('changed', site);
    }
    return this.#sites.get(id);
  }

  list(): readonly Site[] {
    return [...this.#sites.values()];
  }

  /** NOT_FOUND if there is no such site. */
  require(id: string): Site {
    const site = this.#sites.get(id);
    if (!site) throw new CvError('NOT_FOUND', `There is no site “${id}”.`);
    return site;
  }

  identityMode(id: SiteId): IdentityMode {
    const { mode } = this.require(id).settings.identity;
    return mode === 'server' ? this.#mode : mode;
  }

  /** Creates a site; answers its API key, which is not kept and cannot be asked for again. */
  async create(id: SiteId, name: string, settings: SiteChange = {}): Promise<string> {
    const site: Site = { id, name, settings: completeSettings(settings) };
    const apiKey = newSecret('cvk');
    await this.#store.create(site, hashSecret(apiKey));
    this.#sites.set(id, site);
    this.emit('changed', site);
    return apiKey;
  }

  async renewApiKey(id: SiteId): Promise<string> {
    const apiKey = newSecret('cvk');
    await this.#store.setApiKey(this.require(id).id, hashSecret(apiKey));
    return apiKey;
  }

  update(
    id: SiteId,
    change: { name?: string | undefined; settings?: SiteChange | undefined },
    audit: readonly AuditRecord[] = [],
  ): Promise<Site> {
    return this.#turns.take([id], async () => {
      const old = this.require(id);
      const site: Site = {
        ...old,
        name: change.name ?? old.name,
        settings: changedSettings(old.settings, change.settings ?? {}),
      };
      await this.#store.update(site, audit);
      this.#sites.set(id, site);
      this.emit('changed', site);
      return site;
    });
  }
}

const complete = (kept: Site): Site => ({ ...kept, settings: completeSettings(kept.settings as SiteChange) });
