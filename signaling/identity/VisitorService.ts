import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import type { PageTag, Person, Tag, VisitorIdentity } from '#protocol/identity.ts';
import { type CustomerId, type SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { AuditRecord, CustomerRecord, Erased, Merge, Store } from '#signaling/store/Store.ts';
import { PersonFinder } from './PersonFinder.ts';
import { applyTag, isAnonymous, nobody, publicPerson } from './person.ts';
import type { SignedTags } from './SignedTags.ts';
import { Turns } from './Turns.ts';
import type { VisitorTokens } from './VisitorTokens.ts';

export interface KnownVisitor {
  visitorId: VisitorId;
  token: string;
  customer?: CustomerRecord | undefined;
}

/** What a tag made of the browser: the person it is now, and which conversation went over into which. */
export interface Tagged {
  customer: CustomerRecord;
  merge?: Merge | undefined;
}

export interface VisitorServiceOptions {
  store: Pick<Store, 'customers' | 'audit'>;
  tokens: VisitorTokens;
  presence: Pick<PresenceService, 'identify' | 'describe'>;
  signedTags: Pick<SignedTags, 'verify'>;
  identityMode(site: SiteId): 'open' | 'signed';
}

/** Two processes may race for one new person's row; the loser finds the winner's at its next try. */
const TAG_TRIES = 3;

const DAY = 24 * 60 * 60_000;
/** Longer than any handshake takes. */
const ERASED_MS = 10 * 60_000;

/** Visitors: who a browser is, and whom the page says it belongs to. */
export class VisitorService {
  readonly #store: Pick<Store, 'customers'>;
  readonly #options: VisitorServiceOptions;
  readonly #audit: AuditLog;
  readonly #finder: PersonFinder;
  /** Of one visitor, of one person-to-be and of one customer: none may overwrite what another has just added. */
  readonly #turns = new Turns();
  /** And when: what was read of them shortly before must not bring them back. */
  readonly #erased = new Map<CustomerId, number>();

  constructor(options: VisitorServiceOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#audit = new AuditLog(options.store.audit);
    this.#finder = new PersonFinder(options.store.customers);
  }

  /** The visitor a token proves, or a new one where there is no genuine token. */
  async recognize(site: SiteId, token: string | undefined): Promise<KnownVisitor> {
    const { tokens } = this.#options;
    const visitorId = token === undefined ? undefined : tokens.verify(site, token);
    if (visitorId === undefined || token === undefined) return tokens.issue(site);
    return { visitorId, token, customer: await this.customerOf(site, visitorId) };
  }

  /**
   * Whom this browser belongs to: the person, or nobody but its conversation. On a site that has gone over to
   * signatures what somebody merely claimed before opens nothing.
   */
  async customerOf(site: SiteId, visitorId: VisitorId): Promise<CustomerRecord | undefined> {
    const customer = await this.#store.customers.findByVisitor(site, visitorId);
    return customer && this.isMereClaim(customer) ? undefined : customer;
  }

  /** Whether nothing but a page's word vouches for this person, on a site that asks for more by now. */
  isMereClaim(customer: CustomerRecord): boolean {
    return !customer.verified && !isAnonymous(customer) && this.#options.identityMode(customer.site) === 'signed';
  }

  /** The visitor's customer; of a browser that is nobody's yet a new one, known by nothing but its conversation. */
  ensureCustomer({ site, visitorId }: VisitorCaller): Promise<CustomerRecord> {
    return this.#turns.take([visitorId], async () => {
      const known = await this.customerOf(site, visitorId);
      if (known) return known;
      const now = Date.now();
      const customer = { ...nobody(), customerId: newId<CustomerId>('cu'), site, tagged: false };
      const record: CustomerRecord = { ...customer, createdAt: now, updatedAt: now };
      await this.#store.customers.save(record, visitorId);
      this.#options.presence.identify(site, visitorId, record.customerId, undefined);
      return record;
    });
  }

  /**
   * `CV.user.tag`: adds to the person of this browser, or binds the browser to the person it names. The site may have
   * gone over to signatures meanwhile: whoever `isMereClaim` then is not shown as that person.
   */
  tag(caller: VisitorCaller, page: PageTag): Promise<Tagged> {
    const { site, visitorId } = caller;
    return this.#turns.take([visitorId], async () => {
      const { tag, verified } = await this.#read(site, page);
      const { customer, merge } = await this.#turns.take(subjects(site, tag), () =>
        this.#tagOnce(caller, tag, verified, TAG_TRIES),
      );
      if (!this.isMereClaim(customer)) {
        this.#options.presence.identify(site, visitorId, customer.customerId, publicPerson(customer));
      }
      return { customer, merge };
    });
  }

  /** `CV.user.reset`: the next identity of this browser; the person's rows stay. */
  reset({ site, visitorId }: VisitorCaller): Promise<VisitorIdentity> {
    return this.#turns.take([visitorId], async () => {
      await this.#store.customers.unbind(site, visitorId);
      await this.#audit.record(site, `visitor:${visitorId}`, 'visitor.reset', visitorId);
      return this.#options.tokens.issue(site);
    });
  }

  /** By tagged id, email or visitor id. */
  async findPerson(site: SiteId, query: string): Promise<Person | undefined> {
    const { customers } = this.#store;
    const visitorId = VisitorId.safeParse(query).data;
    const found =
      (await customers.findByExternalId(site, query)) ??
      (await customers.findByEmail(site, query.toLowerCase())) ??
      (visitorId && (await customers.findByVisitor(site, visitorId)));
    return found?.tagged ? publicPerson(found) : undefined;
  }

  /** Reads a person as it is by now, changes and keeps it; undefined if there is none, or `change` answers so. */
  change(
    site: SiteId,
    id: CustomerId,
    change: (before: CustomerRecord) => CustomerRecord | undefined,
  ): Promise<CustomerRecord | undefined> {
    return this.#turns.take([id], async () => {
      const before = await this.#store.customers.get(site, id);
      const after = before && change(before);
      if (!after || isDeepStrictEqual(before, after)) return after;
      const customer = { ...after, updatedAt: Date.now() };
      await this.#store.customers.save(customer, undefined);
      this.#options.presence.describe(id, customer.tagged ? publicPerson(customer) : undefined);
      return customer;
    });
  }

  /** The person whom a site's own server names; made if there is none. In signed mode the server's word counts as proof. */
  tagPerson(site: SiteId, tag: Tag): Promise<CustomerRecord> {
    const signed = this.#options.identityMode(site) === 'signed';
    return this.#turns.take(subjects(site, tag), async () => {
      const base =
        (await this.#finder.find(site, undefined, tag, true)) ??
        (signed ? undefined : await this.#finder.find(site, undefined, tag, false));
      const changed = base && (await this.change(site, base.customerId, (before) => tagged(before, tag)));
      if (changed) return changed;
      const customer = this.#next(site, { ...nobody(), verified: signed }, tag);
      await this.#store.customers.save(customer, undefined);
      return customer;
    });
  }

  /** Takes its turn among the tags of this person: what they bring comes before, or finds nobody. */
  erase(site: SiteId, id: CustomerId, audit: readonly AuditRecord[]): Promise<Erased | undefined> {
    return this.#turns.take([id], async () => {
      const erased = await this.#store.customers.erase(site, id, audit);
      if (erased) this.#remember(id, Date.now());
      return erased;
    });
  }

  /** Whether it was erased just now: a socket may have been on its way in meanwhile. */
  isErased(id: CustomerId): boolean {
    return this.#erased.has(id);
  }

  /** The next identity of a browser that may not go on as who it was. */
  newIdentity(site: SiteId): VisitorIdentity {
    return this.#options.tokens.issue(site);
  }

  #remember(id: CustomerId, now: number): void {
    for (const [old, at] of this.#erased) {
      if (at > now - ERASED_MS) break;
      this.#erased.delete(old);
    }
    this.#erased.set(id, now);
  }

  /** What the tag says, and whether a signature vouches for its id and email. */
  async #read(site: SiteId, { externalToken, ...tag }: PageTag): Promise<{ tag: Tag; verified: boolean }> {
    const { signedTags, identityMode } = this.#options;
    if (externalToken !== undefined) {
      return { tag: together(await signedTags.verify(site, externalToken), tag), verified: true };
    }
    if (isAnonymous(tag) || identityMode(site) === 'open') return { tag, verified: false };
    throw signatureRequired();
  }

  async #tagOnce(caller: VisitorCaller, tag: Tag, verified: boolean, tries: number): Promise<Tagged> {
    const current = await this.customerOf(caller.site, caller.visitorId);
    const base = await this.#finder.find(caller.site, current, tag, verified);
    try {
      if (!base) return await this.#save(caller, undefined, current, tag, verified);
      // The one that ends in the other takes its turn too: nobody may write it again when it is gone.
      const rows = [
        base.customerId,
        ...(current && current.customerId !== base.customerId ? [current.customerId] : []),
      ];
      return await this.#turns.take(rows, () => this.#add(caller, base, current, tag, verified));
    } catch (error) {
      if (error instanceof CvError && error.code === 'CONFLICT' && tries > 1) {
        return this.#tagOnce(caller, tag, verified, tries - 1);
      }
      throw error;
    }
  }

  /** Adds to the row as it is by now. */
  async #add(
    caller: VisitorCaller,
    { customerId }: CustomerRecord,
    current: CustomerRecord | undefined,
    tag: Tag,
    verified: boolean,
  ): Promise<Tagged> {
    const base = await this.#store.customers.get(caller.site, customerId);
    if (base && verified && !base.verified && !isAnonymous(base)) {
      throw new CvError('CONFLICT', 'Somebody has just named this person otherwise; tag again.');
    }
    // Pages tag at every load; nothing new is nothing to write, but that the person was here: once a day.
    const same =
      base?.tagged &&
      base.updatedAt > Date.now() - DAY &&
      customerId === current?.customerId &&
      (base.verified || !verified) &&
      isDeepStrictEqual(publicPerson(base), applyTag(publicPerson(base), tag));
    return same ? { customer: base } : this.#save(caller, base, current, tag, verified);
  }

  async #save(
    { site, visitorId }: VisitorCaller,
    base: CustomerRecord | undefined,
    current: CustomerRecord | undefined,
    tag: Tag,
    verified: boolean,
  ): Promise<Tagged> {
    const customer = this.#next(site, { ...(base ?? nobody()), verified: verified || (base?.verified ?? false) }, tag);
    // What nobody's browser wrote before it said whose it is goes over to the person.
    const nameless = current && current.customerId !== customer.customerId && isAnonymous(current);
    const absorb = nameless ? current.customerId : undefined;
    return { customer, merge: await this.#store.customers.save(customer, visitorId, absorb) };
  }

  #next(site: SiteId, base: Person & Partial<CustomerRecord>, tag: Tag): CustomerRecord {
    const now = Date.now();
    return {
      ...applyTag(base, tag),
      customerId: base.customerId ?? newId<CustomerId>('cu'),
      site,
      tagged: true,
      createdAt: base.createdAt ?? now,
      updatedAt: now,
    };
  }
}

export const signatureRequired = () =>
  new CvError('SIGNATURE_REQUIRED', 'This site asks for an externalToken where an id or email is tagged.');

const subjects = (site: SiteId, tag: Tag) =>
  (['id', 'email'] as const).filter((key) => tag[key] !== undefined).map((key) => `${site} ${key} ${tag[key]}`);

/** What stands beside a token is as good as an unsigned tag: it adds, names nobody else, and what is signed wins. */
function together(signed: Tag, page: Tag): Tag {
  for (const key of ['id', 'email'] as const) {
    if (page[key] === undefined || page[key] === signed[key]) continue;
    throw new CvError('SIGNATURE_INVALID', `${key}: what stands beside the externalToken is not what its claims say.`);
  }
  const vouched = Object.fromEntries(Object.entries(signed).filter(([, value]) => value !== undefined));
  const additionalTaggingData = { ...page.additionalTaggingData, ...signed.additionalTaggingData };
  return { ...page, ...vouched, additionalTaggingData };
}

const tagged = (before: CustomerRecord, tag: Tag): CustomerRecord => ({
  ...before,
  ...applyTag(before, tag),
  tagged: true,
});
