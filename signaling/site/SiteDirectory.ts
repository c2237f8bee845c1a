import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import { defaultSiteSettings, type Site, type SiteSettings } from '#protocol/site.ts';
import { hashSecret, newSecret } from '#signaling/identity/secrets.ts';
import { Turns } from '#signaling/identity/Turns.ts';
import type { SiteStore } from '#signaling/store/Store.ts';

/** All sites, in memory: every handshake and every widget script asks for one. */
export class SiteDirectory {
  readonly #store: SiteStore;
  readonly #sites: Map<string, Site>;
  /** Two changes of one site at once: neither may undo the other. */
  readonly #turns = new Turns();

  private constructor(store: SiteStore, sites: readonly Site[]) {
    this.#store = store;
    this.#sites = new Map(sites.map((site) => [site.id, site]));
  }

  static async load(store: SiteStore): Promise<SiteDirectory> {
    return new SiteDirectory(store, await store.list());
  }

  get(id: string): Site | undefined {
    return this.#sites.get(id);
  }

  /** NOT_FOUND if there is no such site. */
  require(id: string): Site {
    const site = this.#sites.get(id);
    if (!site) throw new CvError('NOT_FOUND', `There is no site “${id}”.`);
    return site;
  }

  /** Creates a site; answers its API key, which is not kept and cannot be asked for again. */
  async create(id: SiteId, name: string, settings: Partial<SiteSettings> = {}): Promise<string> {
    const site: Site = { id, name, settings: { ...defaultSiteSettings, ...settings } };
    const apiKey = newSecret('cvk');
    await this.#store.create(site, hashSecret(apiKey));
    this.#sites.set(id, site);
    return apiKey;
  }

  async renewApiKey(id: SiteId): Promise<string> {
    const apiKey = newSecret('cvk');
    await this.#store.setApiKey(this.require(id).id, hashSecret(apiKey));
    return apiKey;
  }

  update(
    id: SiteId,
    change: { name?: string | undefined; settings?: Partial<SiteSettings> | undefined },
  ): Promise<Site> {
    return this.#turns.take([id], async () => {
      const old = this.require(id);
      const site: Site = {
        ...old,
        name: change.name ?? old.name,
        settings: { ...old.settings, ...change.settings },
      };
      await this.#store.update(site);
      this.#sites.set(id, site);
      return site;
    });
  }
}
