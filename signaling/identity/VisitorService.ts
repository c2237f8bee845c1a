import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import type { VisitorIdentity } from '#protocol/identity.ts';
import { type CustomerId, type SiteId, VisitorId } from '#protocol/ids.ts';
import { lowerCase } from '#protocol/lowerCase.ts';
import { newId } from '#protocol/newId.ts';
import type { Person } from '#protocol/person.ts';
import type { Contact, PageTag, Tag } from '#protocol/tag.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { PresenceService } from '#signaling/presence/PresenceService.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import type { AuditRecord, CustomerRecord, CustomerStore, Erased, Merge, Store } from '#signaling/store/Store.ts';
import type { DeliveryRecord } from '#signaling/store/WebhookStore.ts';
import { PersonFinder } from './PersonFinder.ts';
import { claim, isAnonymous, type Known, nobody, publicPerson, unclaimed, vouch, withContact } from './person.ts';
import type { SignedTags } from './SignedTags.ts';
import { Turns } from './Turns.ts';
import type { VisitorTokens } from './VisitorTokens.ts';

export interface KnownVisitor {
  visitorId: VisitorId;
  token: string;
  customer?: CustomerRecord | undefined;
}

/** What a page says, and what a token beside it does. */
interface Told {
  readonly page: Tag;
  readonly signed?: Tag | undefined;
}

/** What a tag made of the browser: the person it is now, and which conversation went over into which. */
export interface Tagged {
  customer: CustomerRecord;
  merge?: Merge | undefined;
}

export interface VisitorServiceOptions {
  store: Pick<Store, 'customers' | 'agents'>;
  tokens: VisitorTokens;
  presence: Pick<PresenceService, 'identify' | 'describe'>;
  signedTags: Pick<SignedTags, 'verify'>;
  identityMode(site: SiteId): 'open' | 'signed';
  /** Deliveries that are kept with the merge of a conversation into the one that was there before. */
  merged(before: ConversationRecord, after: ConversationRecord): readonly DeliveryRecord[];
}

/** Two processes may race for one new person's row; the loser finds the winner's at its next try. */
const TAG_TRIES = 3;

const DAY = 24 * 60 * 60_000;
/** Longer than any handshake takes. */
const ERASED_MS = 10 * 60_000;
/** Longer than the tabs of a browser take to hear that it has become another visitor. */
const RENEWED_MS = 60_000;

/** Visitors: who a browser is, and whom the page says it belongs to. */
export class VisitorService {
  readonly #store: Pick<Store, 'customers' | 'agents'>;
  readonly #options: VisitorServiceOptions;
  readonly #finder: PersonFinder;
  /** Of one visitor, of one person-to-be and of one customer: none may overwrite what another has just added. */
  readonly #turns = new Turns();
  /** And when: what was read of them shortly before must not bring them back. */
  readonly #erased = new Map<CustomerId, number>();
  /** Who browsers are that were reset just now: all their tabs may have asked for it at once. */
  readonly #renewed = new Map<VisitorId, { next: VisitorIdentity; at: number }>();

  constructor(options: VisitorServiceOptions) {
    this.#options = options;
    this.#store = options.store;
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
      const told = await this.#read(site, page);
      const { customer, merge } = await this.#turns.take(subjects(site, namingOf(told)), () =>
        this.#tagOnce(caller, told, TAG_TRIES),
      );
      if (!this.isMereClaim(customer)) {
        this.#options.presence.identify(site, visitorId, customer.customerId, publicPerson(customer));
      }
      return { customer, merge };
    });
  }

  /** How to reach whoever writes: kept with the browser's own person, known by a name or not. Undefined if erased meanwhile. */
  async contact(caller: VisitorCaller, contact: Contact): Promise<CustomerRecord | undefined> {
    const { customerId } = await this.ensureCustomer(caller);
    return this.change(caller.site, customerId, (before) => withContact(before, contact));
  }

  /** `CV.user.reset`: the next identity of this browser; the person's rows stay. */
  reset({ site, visitorId }: VisitorCaller): Promise<VisitorIdentity> {
    return this.#turns.take([visitorId], async () => {
      const entry = auditRecord(site, `visitor:${visitorId}`, 'visitor.reset', visitorId);
      await this.#store.customers.unbind(site, visitorId, [entry]);
      return this.#renew(site, visitorId, Date.now());
    });
  }

  /** By tagged id, email or visitor id. */
  async findPerson(site: SiteId, query: string): Promise<Person | undefined> {
    const { customers } = this.#store;
    const visitorId = VisitorId.safeParse(query).data;
    const found =
      (await customers.findByExternalId(site, query)) ??
      (await customers.findByEmail(site, lowerCase(query))) ??
      (visitorId && (await customers.findByVisitor(site, visitorId)));
    return found?.tagged ? publicPerson(found) : undefined;
  }

  /** Reads a person as it is by now, changes and keeps it; undefined if there is none, or `change` answers so. */
  async change(
    site: SiteId,
    id: CustomerId,
    change: (before: CustomerRecord) => CustomerRecord | undefined,
    audit: readonly AuditRecord[] = [],
  ): Promise<CustomerRecord | undefined> {
    let known = false;
    const changed = await this.#turns.take([id], async () => {
      const before = await this.#store.customers.get(site, id);
      known = before !== undefined;
      const after = before && change(before);
      if (!after || (isDeepStrictEqual(before, after) && isFresh(before))) return after;
      const { customer } = await this.#keep({ ...after, updatedAt: Date.now() }, undefined, { audit });
      this.#options.presence.describe(id, customer.tagged ? publicPerson(customer) : undefined);
      return customer;
    });
    // Merged since the caller has read it: what is meant is the one that it is by now.
    const heir = known ? undefined : await this.#store.customers.heirOf(site, id);
    return heir ? this.change(site, heir, change, audit) : changed;
  }

  /** The person whom a site's own server names; made if there is none. In signed mode the server's word counts as proof. */
  tagPerson(site: SiteId, tag: Tag): Promise<CustomerRecord> {
    const signed = this.#options.identityMode(site) === 'signed';
    return this.#turns.take(subjects(site, tag), async () => {
      const base =
        (await this.#finder.find(site, undefined, tag, true)) ??
        (signed ? undefined : await this.#finder.find(site, undefined, tag, false));
      const changed =
        base && (await this.change(site, base.customerId, (before) => ({ ...vouch(before, tag), tagged: true })));
      if (changed) return changed;
      return (await this.#keep(next(site, vouch({ ...nobody(), verified: signed }, tag)))).customer;
    });
  }

  /** Takes its turn among the tags of this person: what they bring comes before, or finds nobody. */
  erase(...[site, id, ...more]: Parameters<CustomerStore['erase']>): Promise<Erased | undefined> {
    return this.#turns.take([id], async () => {
      const erased = await this.#store.customers.erase(site, id, ...more);
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

  #renew(site: SiteId, visitorId: VisitorId, now: number): VisitorIdentity {
    for (const [old, { at }] of this.#renewed) {
      if (at > now - RENEWED_MS) break;
      this.#renewed.delete(old);
    }
    const { next } = this.#renewed.get(visitorId) ?? { next: this.newIdentity(site) };
    if (!this.#renewed.has(visitorId)) this.#renewed.set(visitorId, { next, at: now });
    return next;
  }

  #remember(id: CustomerId, now: number): void {
    for (const [old, at] of this.#erased) {
      if (at > now - ERASED_MS) break;
      this.#erased.delete(old);
    }
    this.#erased.set(id, now);
  }

  /** What is said of whom; that a signature vouches for. */
  async #read(site: SiteId, { externalToken, ...page }: PageTag): Promise<Told> {
    const { signedTags, identityMode } = this.#options;
    if (externalToken !== undefined) {
      const told = together(await signedTags.verify(site, externalToken), page);
      return {
        page: await this.#toAgents(site, told.page),
        signed: told.signed && (await this.#toAgents(site, told.signed)),
      };
    }
    if (isAnonymous(page) || identityMode(site) === 'open') return { page: await this.#toAgents(site, page) };
    throw signatureRequired();
  }

  /** A page may name somebody who is no agent, by mistake or by now: it says nothing then of whose the person is. */
  async #toAgents(site: SiteId, tag: Tag): Promise<Tag> {
    if (typeof tag.assignedUser !== 'string' || (await this.#isAgent(site, tag.assignedUser))) return tag;
    return { ...tag, assignedUser: undefined };
  }

  async #isAgent(site: SiteId, email: string): Promise<boolean> {
    return (await this.#store.agents.findByEmail(site, email))?.active === true;
  }

  /** Of an agent who has left while this was written it is nobody's, like all that was theirs. */
  async #keep(
    customer: CustomerRecord,
    visitorId?: VisitorId,
    also?: Parameters<CustomerStore['save']>[2],
  ): Promise<Tagged> {
    const { site, assignedUser } = customer;
    const merge = await this.#store.customers.save(customer, visitorId, also);
    if (assignedUser === undefined || (await this.#isAgent(site, assignedUser))) return { customer, merge };
    const free = { ...customer, assignedUser: undefined };
    await this.#store.customers.save(free, undefined);
    return { customer: free, merge };
  }

  async #tagOnce(caller: VisitorCaller, told: Told, tries: number): Promise<Tagged> {
    const current = await this.customerOf(caller.site, caller.visitorId);
    const base = await this.#finder.find(caller.site, current, namingOf(told), told.signed !== undefined);
    try {
      if (!base) return await this.#save(caller, undefined, current, told);
      // The one that ends in the other takes its turn too: nobody may write it again when it is gone.
      const rows = [
        base.customerId,
        ...(current && current.customerId !== base.customerId ? [current.customerId] : []),
      ];
      return await this.#turns.take(rows, () => this.#add(caller, base, current, told));
    } catch (error) {
      if (error instanceof CvError && error.code === 'CONFLICT' && tries > 1) {
        return this.#tagOnce(caller, told, tries - 1);
      }
      throw error;
    }
  }

  /** Adds to the row as it is by now. */
  async #add(
    caller: VisitorCaller,
    { customerId }: CustomerRecord,
    current: CustomerRecord | undefined,
    told: Told,
  ): Promise<Tagged> {
    const base = await this.#store.customers.get(caller.site, customerId);
    if (base && told.signed && !base.verified && !isAnonymous(base)) {
      throw new CvError('CONFLICT', 'Somebody has just named this person otherwise; tag again.');
    }
    // Pages tag at every load; nothing new is nothing to write.
    const same =
      base?.tagged &&
      isFresh(base) &&
      customerId === current?.customerId &&
      isDeepStrictEqual(stated(base), stated(tell(base, told)));
    return same ? { customer: base } : this.#save(caller, base, current, told);
  }

  async #save(
    { site, visitorId }: VisitorCaller,
    base: CustomerRecord | undefined,
    current: CustomerRecord | undefined,
    told: Told,
  ): Promise<Tagged> {
    const customer = next(site, tell(base ?? nobody(), told));
    // What nobody's browser wrote before it said whose it is goes over to the person.
    const nameless = current && current.customerId !== customer.customerId && isAnonymous(current);
    const absorb = nameless ? current.customerId : undefined;
    return this.#keep(customer, visitorId, { absorb, outbox: this.#options.merged });
  }
}

function next(site: SiteId, person: Known & Partial<CustomerRecord>): CustomerRecord {
  const now = Date.now();
  return {
    ...person,
    customerId: person.customerId ?? newId<CustomerId>('cu'),
    site,
    tagged: true,
    createdAt: person.createdAt ?? now,
    updatedAt: now,
  };
}

/** What is signed first: what stands beside it is as good as an unsigned tag of that person. */
function tell<P extends Known>(person: P, { page, signed }: Told): P {
  if (!signed) return claim(person, page);
  const before = person.verified ? person : { ...unclaimed(person), verified: true };
  return claim(vouch(before, signed), page);
}

/** That somebody is still heard of is written once a day: what a site keeps for a time only is counted from then. */
const isFresh = ({ updatedAt }: CustomerRecord): boolean => updatedAt > Date.now() - DAY;

const stated = (person: Known) => ({ ...publicPerson(person), signed: person.signed });

/** What says who it is. */
const namingOf = ({ page, signed }: Told): Tag => signed ?? page;

export const signatureRequired = () =>
  new CvError('SIGNATURE_REQUIRED', 'This site asks for an externalToken where an id or email is tagged.');

const subjects = (site: SiteId, tag: Tag) =>
  (['id', 'email'] as const).filter((key) => tag[key] !== undefined).map((key) => `${site} ${key} ${tag[key]}`);

/** Nobody else is named beside a token. */
function together(signed: Tag, page: Tag): Told {
  for (const key of ['id', 'email'] as const) {
    if (page[key] === undefined || page[key] === signed[key]) continue;
    throw new CvError('SIGNATURE_INVALID', `${key}: what stands beside the externalToken is not what its claims say.`);
  }
  return { signed, page };
}
