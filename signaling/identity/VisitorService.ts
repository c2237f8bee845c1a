import { isDeepStrictEqual } from 'node:util';
import { CvError } from '#protocol/errors.ts';
import { type Customer, type Person, type Tag, tagProperties, type VisitorIdentity } from '#protocol/identity.ts';
import { type CustomerId, type SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AuditLog } from '#signaling/audit/AuditLog.ts';
import type { VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { CustomerRecord, Store } from '#signaling/store/Store.ts';
import { Turns } from './Turns.ts';
import type { VisitorTokens } from './VisitorTokens.ts';

export interface KnownVisitor {
  visitorId: VisitorId;
  token: string;
  customer?: Customer | undefined;
}

/** Two processes may race for one new person's row; the loser finds the winner's at its next try. */
const TAG_TRIES = 3;

/** What pages may add to one person in the course of time: all of it goes to every agent who lists users. */
const MAX_DATA_KEYS = 100;
const MAX_DATA_CHARS = 32 * 1024;

/** Visitors: who a browser is, and whom the page says it belongs to. */
export class VisitorService {
  readonly #store: Pick<Store, 'customers'>;
  readonly #tokens: VisitorTokens;
  readonly #audit: AuditLog;
  /** Of one visitor, of one person-to-be and of one customer: none may overwrite what another has just added. */
  readonly #turns = new Turns();

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
  tag(caller: VisitorCaller, tag: Tag): Promise<Customer> {
    const { site, visitorId } = caller;
    const named = (['id', 'email'] as const).filter((key) => tag[key] !== undefined);
    const subjects = [visitorId, ...named.map((key) => `${site} ${key} ${tag[key]}`)];
    return this.#turns.take(subjects, () => this.#tagOnce(caller, tag, TAG_TRIES));
  }

  /** `CV.user.reset`: the next identity of this browser; the person's rows stay. */
  reset({ site, visitorId }: VisitorCaller): Promise<VisitorIdentity> {
    return this.#turns.take([visitorId], async () => {
      await this.#store.customers.unbind(site, visitorId);
      await this.#audit.record(site, `visitor:${visitorId}`, 'visitor.reset', visitorId);
      return this.#tokens.issue(site);
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
    return found && publicPerson(found);
  }

  async #tagOnce(caller: VisitorCaller, tag: Tag, tries: number): Promise<Customer> {
    const current = await this.#store.customers.findByVisitor(caller.site, caller.visitorId);
    const base = await this.#personFor(caller.site, current, tag);
    try {
      if (!base) return await this.#save(caller, undefined, tag);
      return await this.#turns.take([base.customerId], () => this.#change(caller, base, current, tag));
    } catch (error) {
      if (error instanceof CvError && error.code === 'CONFLICT' && tries > 1)
        return this.#tagOnce(caller, tag, tries - 1);
      throw error;
    }
  }

  /** Adds to the row as it is by now. */
  async #change(
    caller: VisitorCaller,
    { customerId }: Customer,
    current: Customer | undefined,
    tag: Tag,
  ): Promise<Customer> {
    const base = await this.#store.customers.get(caller.site, customerId);
    // Pages tag at every load; nothing new is nothing to write.
    const same =
      base &&
      customerId === current?.customerId &&
      isDeepStrictEqual(publicPerson(base), applyTag(publicPerson(base), tag));
    return same ? base : this.#save(caller, base, tag);
  }

  async #save({ site, visitorId }: VisitorCaller, base: CustomerRecord | undefined, tag: Tag): Promise<Customer> {
    const now = Date.now();
    const customer: CustomerRecord = {
      ...applyTag(base ?? blank(), tag),
      customerId: base?.customerId ?? newId<CustomerId>('cu'),
      site,
      createdAt: base?.createdAt ?? now,
      updatedAt: now,
    };
    await this.#store.customers.save(customer, visitorId);
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
  if (Object.keys(data).length > MAX_DATA_KEYS || JSON.stringify(data).length > MAX_DATA_CHARS) {
    throw new CvError(
      'INVALID_INPUT',
      `additionalTaggingData: at most ${MAX_DATA_KEYS} keys and ${MAX_DATA_CHARS} characters a person; null deletes a key.`,
    );
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
