import type { CustomerId, SiteId } from '#protocol/ids.ts';
import type { CustomerRecord, CustomerStore } from '#signaling/store/Store.ts';

/** By the own id, or that of somebody who turned out to be this one: others may have been told of them before. */
export async function findCustomer(
  customers: Pick<CustomerStore, 'get' | 'heirOf'>,
  site: SiteId,
  id: CustomerId,
): Promise<CustomerRecord | undefined> {
  const found = await customers.get(site, id);
  if (found) return found;
  const heir = await customers.heirOf(site, id);
  return heir && customers.get(site, heir);
}
