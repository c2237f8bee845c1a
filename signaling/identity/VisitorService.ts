import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import { type Customer, type Person, type Tag, tagProperties, type VisitorIdentity } from '#protocol/identity.ts';
import type { CustomerId, SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { CustomerRecord, Store } from '#signaling/store/Store.ts';
import type { VisitorTokens } from './VisitorTokens.ts';

export interface KnownVisitor {
  visitorId: VisitorId;
  token: string;
  customer?: Customer | undefined;
}

/** Two tags of one new person may race for the same row; the loser finds the winner's at its next try. */
const TAG_TRIES = 3;

/** Visitors: who a browser is, and whom the page says it belongs to. */
export class VisitorService {
  readonly #store: Pick<Store, 'customers'>;
  readonly #tokens: VisitorTokens;
  readonly #audit: AuditLog;
  /** Tags of one visitor take effect in the order they came. */
  readonly #pending = new Map<VisitorId, Promise<unknown>>();

  constructor(store: Pick<Store, 'customers' | 'audit'>, tokens: VisitorTokens) {
    this.#store = store;
    this.#tokens = tokens;
    this.#audit = new AuditLog(store.audit);
  }

  /** The visitor a token proves, or a new one where there is no genuine token. */
  async recognize(site: SiteId, token: string | undefined): Promise<KnownVisitor> {
    const visitorId = token === undefined ? undefined : this.#tokens.verify(site, token);
    if (visitorId === undefined || token === undefined) return this.#tokens.issue(site);
    return { visitorId, token, customer: await this.#store.customers.findByVisitor(site, visitorId) };
  }

  /** `CV.user.tag`: adds to the person of this browser, or binds the browser to the person it names. */
  async tag(caller: VisitorCaller, tag: Tag): Promise<Customer> {
    const before = this.#pending.get(caller.visitorId) ?? Promise.resolve();
    const run = before.then(() => this.#tagOnce(caller, tag, TAG_TRIES));
    const settled = run.catch(() => {});
    this.#pending.set(caller.visitorId, settled);
    try {
      return await run;
    } finally {
      if (this.#pending.get(caller.visitorId) === settled) this.#pending.delete(caller.visitorId);
    }
  }

  /** `CV.user.reset`: the next identity of this browser; the person's rows stay. */
  async reset(caller: VisitorCaller): Promise<VisitorIdentity> {
    const next = this.#tokens.issue(caller.site);
    await this.#store.customers.unbind(caller.site, caller.visitorId);
    await this.#audit.record(caller.site, `visitor:${caller.visitorId}`, 'visitor.reset', caller.visitorId);
    return next;
  }

  async findPerson(site: SiteId, query: string): Promise<Person | undefined> {
    const { customers } = this.#store;
    return (await customers.findByExternalId(site, query)) ?? (await customers.findByEmail(site, query.toLowerCase()));
  }

  async #tagOnce(caller: VisitorCaller, tag: Tag, tries: number): Promise<Customer> {
    const { site, visitorId } = caller;
    const current = await this.#store.customers.findByVisitor(site, visitorId);
    const base = await this.#personFor(site, current, tag);
    const now = Date.now();
    const customer: CustomerRecord = {
      ...applyTag(base ?? blank(), tag),
      customerId: base?.customerId ?? newId<CustomerId>('cu'),
      site,
      createdAt: base?.createdAt ?? now,
      updatedAt: now,
    };
    // Pages tag at every load; nothing new is nothing to write.
    if (base && base === current && isDeepStrictEqual(publicPerson(base), publicPerson(customer))) return base;
    try {
      await this.#store.customers.save(customer, visitorId);
    } catch (error) {
      if (error instanceof CvError && error.code === 'CONFLICT' && tries > 1) return this.#tagOnce(caller, tag, tries - 1);
      throw error;
    }
    return customer;
  }

  /** The row a tag is about: the person it names, else the one this browser already has, else none yet. */
  async #personFor(site: SiteId, current: CustomerRecord | undefined, tag: Tag) {
    const { customers } = this.#store;
    if (tag.id !== undefined) {
      if (current?.id === tag.id) return current;
      const known = await customers.findByExternalId(site, tag.id);
      if (known) return known;
      if (current && current.id === undefined && (!tag.email || !current.email || current.email === tag.email)) {
        return current;
      }
      return this.#withoutId(site, tag.email);
    }
    if (tag.email !== undefined) {
      if (current?.email === tag.email) return current;
      const known = await customers.findByEmail(site, tag.email);
      if (known) return known;
      return current?.email === undefined ? current : undefined;
    }
    return current;
  }

  /** A person so far known by email only, who now gets an id. */
  async #withoutId(site: SiteId, email: string | undefined): Promise<CustomerRecord | undefined> {
    const known = email === undefined ? undefined : await this.#store.customers.findByEmail(site, email);
    return known?.id === undefined ? known : undefined;
  }
}

const blank = (): Person => ({ labels: [], additionalTaggingData: {}, verified: false });

function applyTag(person: Person, tag: Tag): Person {
  const { additionalTaggingData = {}, assignedUser, ...properties } = tag;
  const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  const data = { ...person.additionalTaggingData };
  for (const [key, value] of Object.entries(additionalTaggingData)) {
    if ((tagProperties as readonly string[]).includes(key)) continue;
    if (value === null) delete data[key];
    else data[key] = value;
  }
  return {
    ...person,
    ...given,
    assignedUser: assignedUser === undefined ? person.assignedUser : (assignedUser ?? undefined),
    additionalTaggingData: data,
  };
}

/** The person without what the server keeps for itself. */
export function publicPerson(customer: Person): Person {
  const { id, email, firstname, lastname, gender, labels, assignedUser, additionalTaggingData, verified } = customer;
  return { id, email, firstname, lastname, gender, labels, assignedUser, additionalTaggingData, verified };
}
