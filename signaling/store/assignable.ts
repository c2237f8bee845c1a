import type { EntityManager } from 'typeorm';
import { Batch } from './Batch.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { AgentEntity } from './entities/AgentEntity.ts';

const agents = new Batch(AgentEntity);

export type Holder = Pick<ConversationRecord, 'site' | 'assignee'>;

export const holderOf = ({ site, assignee }: Holder): string => `${site} ${assignee}`;

/** Given to somebody who did not have it before. */
export const isTaken = (before: Holder, after: Holder): boolean =>
  after.assignee !== undefined && after.assignee !== before.assignee;

/** Those of the holders who are no active agents; the others cannot leave before this transaction has ended. */
export async function notActive(manager: EntityManager, holders: readonly Holder[]): Promise<Set<string>> {
  const keys = holders.flatMap(({ site, assignee }) => (assignee === undefined ? [] : { site, email: assignee }));
  const found = await agents.find(manager, ['site', 'email'], keys, 'SHARE');
  const left = new Set(holders.map(holderOf));
  for (const { site, email, active } of found) if (active) left.delete(holderOf({ site, assignee: email }));
  return left;
}
