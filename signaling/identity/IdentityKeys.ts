import type { SiteId } from '#protocol/ids.ts';
import type { IdentityKey } from '#protocol/site.ts';
import { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { IdentityKeyRecord, Store } from '#signaling/store/Store.ts';
import { newSecret } from './secrets.ts';

export interface NewIdentityKey {
  kid: string;
  algorithm: IdentityKey['algorithm'];
  secret?: string | undefined;
}

/** The keys that sites sign identities with, in memory: every signed tag asks for them. */
export class IdentityKeys {
  readonly #store: Store['sites'];
  readonly #audit: AuditLog;
  readonly #keys = new Map<SiteId, readonly IdentityKeyRecord[]>();

  private constructor(store: Pick<Store, 'sites' | 'audit'>, keys: readonly IdentityKeyRecord[]) {
    this.#store = store.sites;
    this.#audit = new AuditLog(store.audit);
    for (const key of keys) this.#set(key.site, [...this.of(key.site), key]);
  }

  static async load(store: Pick<Store, 'sites' | 'audit'>): Promise<IdentityKeys> {
    return new IdentityKeys(store, await store.sites.listIdentityKeys());
  }

  of(site: SiteId): readonly IdentityKeyRecord[] {
    return this.#keys.get(site) ?? [];
  }

  async create(site: SiteId, actor: string, key: NewIdentityKey): Promise<IdentityKeyRecord> {
    const record: IdentityKeyRecord = { ...key, site, secret: key.secret ?? newSecret('cvs'), createdAt: Date.now() };
    await this.#store.addIdentityKey(record);
    this.#set(site, [...this.of(site), record]);
    await this.#audit.record(site, actor, 'identity-key.created', key.kid, { algorithm: key.algorithm });
    return record;
  }

  /** What the key signed counts no more from this moment on, whatever the database says. */
  async delete(site: SiteId, actor: string, kid: string): Promise<boolean> {
    this.#set(
      site,
      this.of(site).filter((key) => key.kid !== kid),
    );
    if (!(await this.#store.deleteIdentityKey(site, kid))) return false;
    await this.#audit.record(site, actor, 'identity-key.deleted', kid);
    return true;
  }

  #set(site: SiteId, keys: readonly IdentityKeyRecord[]): void {
    if (keys.length > 0) this.#keys.set(site, keys);
    else this.#keys.delete(site);
  }
}
