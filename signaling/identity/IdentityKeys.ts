import type { SiteId } from '#protocol/ids.ts';
import type { IdentityKey } from '#protocol/site.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { IdentityKeyRecord, Store } from '#signaling/store/Store.ts';
import { taken } from '#signaling/store/taken.ts';
import { newSecret } from './secrets.ts';

export interface NewIdentityKey {
  kid: string;
  algorithm: IdentityKey['algorithm'];
  secret?: string | undefined;
}

/** The keys that sites sign identities with, in memory: every signed tag asks for them. */
export class IdentityKeys {
  readonly #store: Store['sites'];
  readonly #keys = new Map<SiteId, readonly IdentityKeyRecord[]>();

  private constructor(store: Pick<Store, 'sites'>, keys: readonly IdentityKeyRecord[]) {
    this.#store = store.sites;
    for (const key of keys) this.#set(key.site, [...this.of(key.site), key]);
  }

  static async load(store: Pick<Store, 'sites'>): Promise<IdentityKeys> {
    return new IdentityKeys(store, await store.sites.listIdentityKeys());
  }

  of(site: SiteId): readonly IdentityKeyRecord[] {
    return this.#keys.get(site) ?? [];
  }

  async create(site: SiteId, actor: string, key: NewIdentityKey): Promise<IdentityKeyRecord> {
    const record: IdentityKeyRecord = { ...key, site, secret: key.secret ?? newSecret('cvs'), createdAt: Date.now() };
    const entry = auditRecord(site, actor, 'identity-key.created', key.kid, { algorithm: key.algorithm });
    await this.#store
      .addIdentityKey(record, [entry])
      .catch(taken(`The site has an identity key ${key.kid} already; delete that one, or take another kid.`));
    this.#set(site, [...this.of(site), record]);
    return record;
  }

  /** What the key signed counts no more from this moment on, whatever the database says. */
  delete(site: SiteId, actor: string, kid: string): Promise<boolean> {
    this.#set(
      site,
      this.of(site).filter((key) => key.kid !== kid),
    );
    return this.#store.deleteIdentityKey(site, kid, [auditRecord(site, actor, 'identity-key.deleted', kid)]);
  }

  #set(site: SiteId, keys: readonly IdentityKeyRecord[]): void {
    if (keys.length > 0) this.#keys.set(site, keys);
    else this.#keys.delete(site);
  }
}
