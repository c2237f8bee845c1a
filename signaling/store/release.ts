import type { EntityManager } from 'typeorm';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { Batch } from './Batch.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { ConversationEntity } from './entities/ConversationEntity.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { isPostgres } from './fields.ts';
import type { CustomerRecord, Released } from './Store.ts';

const customers = new Batch(CustomerEntity);
const conversations = new Batch(ConversationEntity);

interface Person {
  customerId: CustomerId;
  email: string;
}

interface Held extends Pick<ConversationRecord, 'status'> {
  id: ConversationId;
  email: string;
  updatedAt: number | string;
}

/** What is these agents', held until this transaction ends; one walk for all of them. */
export async function belongings(manager: EntityManager, site: SiteId, emails: readonly string[]) {
  if (emails.length === 0) return { people: [], held: [] };
  const query = <T>(entity: typeof CustomerEntity | typeof ConversationEntity, column: string, others: string[]) => {
    const selected = manager
      .createQueryBuilder<CustomerRecord | ConversationRecord>(entity, 'row')
      .select(`row.${column}`, 'email')
      .where(`row.site = :site AND row.${column} IN (:...emails)`, { site, emails });
    for (const other of others) selected.addSelect(`row.${other}`, other);
    // All in one order, so that no two wait for each other.
    if (isPostgres(manager)) selected.orderBy(`row.${others[0]}`).setLock('pessimistic_write');
    return selected.getRawMany<T & object>();
  };
  const people = await query<Person>(CustomerEntity, 'assignedUser', ['customerId']);
  const held = await query<Held>(ConversationEntity, 'assignee', ['id', 'status', 'updatedAt']);
  return { people, held };
}

/** Nobody's customer, and in nobody's hands, is what was these agents'; what is still open has changed by that. */
export async function release(manager: EntityManager, site: SiteId, emails: readonly string[]): Promise<Released[]> {
  const { people, held } = await belongings(manager, site, emails);
  const now = Date.now();
  await customers.update(
    manager,
    ['assignedUser'],
    people.map(({ customerId }) => ({ site, customerId })),
  );
  await conversations.update(
    manager,
    ['assignee', 'updatedAt'],
    held.map(({ id, status, updatedAt }) => ({
      site,
      id,
      updatedAt: status === 'DONE' ? Number(updatedAt) : Math.max(Number(updatedAt), now),
    })),
  );
  const peopleOf = Map.groupBy(people, ({ email }) => email);
  const heldBy = Map.groupBy(held, ({ email }) => email);
  return [...new Set([...peopleOf.keys(), ...heldBy.keys()])].map((email) => {
    const theirs = heldBy.get(email) ?? [];
    return {
      email,
      customers: (peopleOf.get(email) ?? []).map(({ customerId }) => customerId),
      conversations: theirs.map(({ id }) => id),
      open: theirs.flatMap(({ id, status }) => (status === 'DONE' ? [] : id)),
    };
  });
}
