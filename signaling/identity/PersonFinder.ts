import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { Tag } from '#protocol/tag.ts';
import type { CustomerRecord, CustomerStore } from '#signaling/store/Store.ts';
import { isAnonymous } from './person.ts';

/** Whose row a tag is about. */
export class PersonFinder {
  readonly #customers: CustomerStore;

  constructor(customers: CustomerStore) {
    this.#customers = customers;
  }

  /**
   * The person the tag names, else the one this browser already is, else none yet. Verified and unverified people
   * never meet here: a signature finds those whom signatures made, a claim the others.
   */
  async find(
    site: SiteId,
    current: CustomerRecord | undefined,
    tag: Tag,
    verified: boolean,
  ): Promise<CustomerRecord | undefined> {
    if (isAnonymous(tag)) return current;
    if (current?.verified && !verified && isSame(current, tag)) return current;
    const anonymous = current && isAnonymous(current) ? current : undefined;
    const mine = current && !anonymous && current.verified === verified ? current : undefined;
    return (await this.#named(site, mine, tag, verified)) ?? anonymous;
  }

  async #named(site: SiteId, mine: CustomerRecord | undefined, tag: Tag, verified: boolean) {
    const { id, email } = tag;
    if (id !== undefined) {
      if (mine?.id === id) return mine;
      const known = await this.#customers.findByExternalId(site, id, verified);
      if (known) return known;
      if (mine && mine.id === undefined && mayGain(mine.email, email, verified)) return mine;
      const byEmail = email === undefined ? undefined : await this.#customers.findByEmail(site, email, verified);
      return byEmail?.id === undefined ? byEmail : undefined;
    }
    if (email === undefined || mine?.email === email) return mine;
    const known = await this.#customers.findByEmail(site, email, verified);
    if (known) return known;
    return mine?.email === undefined && !verified ? mine : undefined;
  }
}

/** Who is known by email only gets an id; a signature has to vouch for both in one. */
function mayGain(known: string | undefined, told: string | undefined, verified: boolean): boolean {
  return verified ? known === told : known === undefined || told === undefined || known === told;
}

/**
 * Whether an unsigned tag speaks of the verified person whom this browser is. What a signature vouched for is not
 * changed, nor added to, by a claim.
 */
function isSame(current: CustomerRecord, { id, email }: Tag): boolean {
  if (id !== undefined && current.id !== undefined && id !== current.id) return false;
  const named = id !== undefined && id === current.id;
  if (!named && email !== undefined && current.email !== undefined && email !== current.email) return false;
  const adds = (id !== undefined && id !== current.id) || (email !== undefined && email !== current.email);
  if (adds)
    throw new CvError('SIGNATURE_REQUIRED', 'The id and email of a verified person come by externalToken only.');
  return true;
}
