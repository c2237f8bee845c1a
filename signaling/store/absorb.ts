import type { EntityManager } from 'typeorm';
import type { Receipts } from '#protocol/chat.ts';
import type { CustomerId, MessageId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { conversations, countUnread, deleteConversation, messages } from './conversations.ts';
import { AliasEntity } from './entities/AliasEntity.ts';
import { CallEntity } from './entities/CallEntity.ts';
import { CobrowseEntity } from './entities/CobrowseEntity.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { DeliveryEntity } from './entities/DeliveryEntity.ts';
import { FileEntity } from './entities/FileEntity.ts';
import { LinkEntity } from './entities/LinkEntity.ts';
import { NoteEntity } from './entities/NoteEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import { insertDeliveries } from './insertDeliveries.ts';
import type { CustomerRecord, Merge } from './Store.ts';
import { Table } from './Table.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

const customers = new Table(CustomerEntity);
const files = new Table(FileEntity);
const notes = new Table(NoteEntity);
const aliases = new Table(AliasEntity);

/** Tables whose rows name the customer they belong to. */
const belongings = [
  aliases,
  new Table(VisitorEntity),
  new Table(CallEntity),
  new Table(CobrowseEntity),
  new Table(DeliveryEntity),
  new Table(LinkEntity),
] as const;

const UNREAD_FIRST = ['UNREAD', 'UNRESOLVED', 'DONE'] as const;

/** Both customers' rows, so that no conversation begins for either of them meanwhile. */
export async function holdAnonymous(
  manager: EntityManager,
  site: SiteId,
  into: CustomerId,
  absorb: CustomerId,
): Promise<CustomerRecord | undefined> {
  const held = await customers.findAll(
    manager,
    { sql: 'row.site = :site AND row.customerId IN (:into, :absorb)', parameters: { site, into, absorb } },
    { orderBy: 'customerId', lock: 'wait' },
  );
  const found = held.find(({ customerId }) => customerId === absorb && customerId !== into);
  return found && found.id === undefined && found.email === undefined && !found.verified ? found : undefined;
}

/** Everything of one customer goes over to the other; then the one is no more. */
export async function absorb(
  manager: EntityManager,
  from: CustomerRecord,
  into: CustomerRecord,
  merged: (before: ConversationRecord, after: ConversationRecord) => readonly DeliveryRecord[] = () => [],
): Promise<Merge | undefined> {
  const { site, customerId } = into;
  const held = await conversations.findAll(
    manager,
    {
      sql: 'row.site = :site AND row.customerId IN (:from, :into)',
      parameters: { site, from: from.customerId, into: customerId },
    },
    { orderBy: 'id', lock: 'wait' },
  );
  const theirs = held.find((conversation) => conversation.customerId === from.customerId);
  const own = held.find((conversation) => conversation.customerId === customerId);
  if (theirs && own) {
    const after = await merge(manager, theirs, own, into.updatedAt);
    await insertDeliveries(manager, merged(own, after));
  } else if (theirs) await conversations.update(manager, { site, id: theirs.id }, { customerId });
  for (const table of belongings) await table.update(manager, { site, customerId: from.customerId }, { customerId });
  const ended = [from.customerId, ...(theirs && own ? [theirs.id] : [])];
  await aliases.insert(
    manager,
    ended.map((id) => ({ site, id, customerId })),
  );
  await customers.delete(manager, { site, customerId: from.customerId });
  return theirs && own && { from: theirs.id, to: own.id };
}

async function merge(
  manager: EntityManager,
  from: ConversationRecord,
  into: ConversationRecord,
  now: number,
): Promise<ConversationRecord> {
  const { site } = into;
  await renameDoubles(manager, from, into);
  await messages.change(
    manager,
    { site, conversationId: from.id },
    { conversationId: ':into', seq: `"seq" + :offset` },
    { into: into.id, offset: into.lastSeq },
  );
  await notes.update(manager, { site, conversationId: from.id }, { conversationId: into.id });
  await files.update(manager, { site, conversationId: from.id }, { conversationId: into.id });
  await deleteConversation(manager, from);
  const merged = mergedOf(from, into, now);
  merged.unreadByAgent = await countUnread(manager, merged, 'agent');
  merged.unreadByVisitor = await countUnread(manager, merged, 'visitor');
  await conversations.replace(manager, merged);
  return merged;
}

/** An id is one message's within its conversation: who used one in both conversations loses neither message. */
async function renameDoubles(
  manager: EntityManager,
  from: ConversationRecord,
  into: ConversationRecord,
): Promise<void> {
  const { site } = into;
  const doubles = await messages.findAll(
    manager,
    {
      sql: `row.site = :site AND row.conversationId = :from AND row.id IN
        (SELECT "id" FROM "messages" WHERE "site" = :site AND "conversationId" = :into)`,
      parameters: { site, from: from.id, into: into.id },
    },
    { orderBy: 'seq' },
  );
  for (const { conversationId, seq } of doubles) {
    await messages.update(manager, { site, conversationId, seq }, { id: newId<MessageId>('m') });
  }
}

function mergedOf(from: ConversationRecord, into: ConversationRecord, now: number): ConversationRecord {
  const offset = into.lastSeq;
  return {
    ...into,
    status:
      UNREAD_FIRST.find((status) => status === into.status || (from.lastSeq > 0 && status === from.status)) ??
      into.status,
    assignee: into.assignee ?? from.assignee,
    team: into.team ?? from.team,
    createdAt: Math.min(from.createdAt, into.createdAt),
    updatedAt: Math.max(from.updatedAt, into.updatedAt, now),
    lastSeq: offset + from.lastSeq,
    last: from.last ? { ...from.last, seq: offset + from.last.seq } : into.last,
    receipts: {
      visitor: receiptsOf('visitor', into.unreadByVisitor),
      agent: receiptsOf('agent', into.unreadByAgent),
    },
  };

  /** Beyond a message that it has not read, a side has read nothing. */
  function receiptsOf(side: keyof Receipts, unread: number): Receipts[typeof side] {
    if (unread > 0) return into.receipts[side];
    const { delivered, read } = from.receipts[side];
    return { delivered: offset + delivered, read: offset + read };
  }
}
