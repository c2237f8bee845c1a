import type { RouteBody } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { Customer } from '#protocol/identity.ts';
import type { CustomerId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { PersonChange, Tag } from '#protocol/tag.ts';
import { auditRecord } from '#signaling/audit/auditRecord.ts';
import { maySee, storeViewer, type Viewer } from '#signaling/presence/Visitor.ts';
import type { CustomerRecord, PageRequest, Store } from '#signaling/store/Store.ts';
import { findCustomer } from './findCustomer.ts';
import { applyTag, isAnonymous, publicCustomer, unclaimed, vouch } from './person.ts';
import type { VisitorService } from './VisitorService.ts';

export interface CustomerServiceOptions {
  store: Pick<Store, 'customers' | 'agents'>;
  visitors: Pick<VisitorService, 'tagPerson' | 'change'>;
  identityMode(site: SiteId): 'open' | 'signed';
  /** What is known of a person, or whom they are for, has changed. */
  changed(site: SiteId, customerId: CustomerId): void;
}

/** Whom a person is given to: an agent or a team; null is nobody. */
export type PersonAssignment = RouteBody<'assignCustomer'>;

/** People, as agents and sites' own servers see and change them. */
export class CustomerService {
  readonly #options: CustomerServiceOptions;

  constructor(options: CustomerServiceOptions) {
    this.#options = options;
  }

  async list(
    site: SiteId,
    viewer: Viewer | undefined,
    page: PageRequest & { query?: string | undefined },
  ): Promise<Page<Customer>> {
    const { customers } = this.#options.store;
    const { items, nextCursor } = await customers.search(site, { ...page, viewer: storeViewer(viewer) });
    return { items: items.map(publicCustomer), nextCursor };
  }

  async get(site: SiteId, viewer: Viewer | undefined, id: CustomerId): Promise<Customer> {
    return publicCustomer(await this.#require(site, viewer, id));
  }

  /** By the site's own server. */
  async tag(site: SiteId, tag: Tag): Promise<Customer> {
    await this.#requireAgent(site, tag.assignedUser);
    const customer = await this.#options.visitors.tagPerson(site, tag);
    this.#options.changed(site, customer.customerId);
    return publicCustomer(customer);
  }

  async update(
    site: SiteId,
    viewer: Viewer | undefined,
    actor: string,
    id: CustomerId,
    change: PersonChange,
  ): Promise<Customer> {
    const { customerId } = await this.#require(site, viewer, id);
    await this.#requireAgent(site, change.assignedUser);
    const fields = Object.keys(change).filter((key) => change[key as keyof PersonChange] !== undefined);
    const step = { actor, action: 'customer.updated', detail: { fields } };
    return this.#change(site, viewer, customerId, step, (before) => {
      const claims = (['id', 'email'] as const).some(
        (key) => change[key] !== undefined && (change[key] ?? undefined) !== before[key],
      );
      const signed = this.#options.identityMode(site) === 'signed';
      if (viewer && claims && (before.verified || signed)) {
        throw new CvError(
          'FORBIDDEN',
          'Ids and emails that are vouched for come by signature or with the site’s API key only.',
        );
      }
      const vouched = signed && claims && isAnonymous(before);
      const base = vouched ? unclaimed(before) : before;
      const after = viewer ? applyTag(base, change) : vouch(base, change);
      if (before.verified && isAnonymous(after)) {
        throw new CvError('INVALID_INPUT', 'A verified person keeps an id or an email; erase the person instead.');
      }
      return { ...after, tagged: true, verified: before.verified || vouched };
    });
  }

  /** One or the other: who is given to a team is no agent's any more. */
  async assign(
    site: SiteId,
    viewer: Viewer | undefined,
    actor: string,
    id: CustomerId,
    assignment: PersonAssignment,
  ): Promise<Customer> {
    const { customerId } = await this.#require(site, viewer, id);
    const assignedUser = assignment.user ?? undefined;
    const team = assignment.team ?? undefined;
    await this.#requireAgent(site, assignedUser);
    const detail = { user: assignedUser ?? null, team: team ?? null };
    const step = { actor, action: 'customer.assigned', detail };
    return this.#change(site, viewer, customerId, step, (before) => {
      const given = { assignedUser: assignedUser ?? null };
      return { ...(viewer ? applyTag(before, given) : vouch(before, given)), team };
    });
  }

  async #change(
    site: SiteId,
    viewer: Viewer | undefined,
    id: CustomerId,
    { actor, action, detail }: { actor: string; action: string; detail: Record<string, string | null | string[]> },
    change: (before: CustomerRecord) => CustomerRecord,
  ): Promise<Customer> {
    const { visitors, changed } = this.#options;
    // Whoever could see the person a moment ago may not by now.
    const customer = await visitors.change(
      site,
      id,
      (before) => (viewer && !maySee(viewer, before) ? undefined : change(before)),
      [auditRecord(site, actor, action, id, detail)],
    );
    if (!customer) throw unknown(id);
    changed(site, customer.customerId);
    return publicCustomer(customer);
  }

  async #require(site: SiteId, viewer: Viewer | undefined, id: CustomerId): Promise<CustomerRecord> {
    const customer = await findCustomer(this.#options.store.customers, site, id);
    if (!customer || (viewer && !maySee(viewer, customer))) throw unknown(id);
    return customer;
  }

  async #requireAgent(site: SiteId, email: string | null | undefined): Promise<void> {
    if (typeof email !== 'string' || (await this.#options.store.agents.findByEmail(site, email))?.active) return;
    throw new CvError('NOT_FOUND', `The site has no active agent ${email}.`);
  }
}

const unknown = (id: CustomerId) => new CvError('NOT_FOUND', `The site has no customer ${id}.`);
