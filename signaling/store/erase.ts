import type { EntityManager } from 'typeorm';
import type { CustomerId, SiteId } from '#protocol/ids.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { conversations, deleteConversation } from './conversations.ts';
import { CallEntity } from './entities/CallEntity.ts';
import { CobrowseEntity } from './entities/CobrowseEntity.ts';
import { CustomerEntity } from './entities/CustomerEntity.ts';
import { DeliveryEntity } from './entities/DeliveryEntity.ts';
import { FileEntity } from './entities/FileEntity.ts';
import { IdempotencyEntity } from './entities/IdempotencyEntity.ts';
import { VisitorEntity } from './entities/VisitorEntity.ts';
import type { Erased } from './Store.ts';
import { Table } from './Table.ts';

const customers = new Table(CustomerEntity);
const visitors = new Table(VisitorEntity);
const files = new Table(FileEntity);
const shared = [new Table(CallEntity), new Table(CobrowseEntity)] as const;
const deliveries = new Table(DeliveryEntity);
const requests = new Table(IdempotencyEntity);

/** Links and notes go by their foreign keys. */
export async function erase(manager: EntityManager, site: SiteId, customerId: CustomerId): Promise<Erased | undefined> {
  if (!(await customers.hold(manager, { site, customerId }))) return undefined;
  const [conversation] = await conversations.findAll(manager, { site, customerId }, { orderBy: 'id', lock: 'wait' });
  const browsers = await visitors.findAll(manager, { site, customerId }, { orderBy: 'visitorId', lock: 'wait' });
  const visitorIds = browsers.map(({ visitorId }) => visitorId);
  const theirs = { site, customerId, conversationId: conversation?.id ?? '', visitors: ['', ...visitorIds] };

  const uploads = await files.findAll(
    manager,
    {
      sql: `row.site = :site AND (row.conversationId = :conversationId
        OR (row.conversationId IS NULL AND row.uploader IN (:...uploaders)))`,
      parameters: { ...theirs, uploaders: ['', ...visitorIds.map((id) => `visitor:${id}`)] },
    },
    { orderBy: 'id', lock: 'wait' },
  );
  for (const { id } of uploads) await files.delete(manager, { site, id });
  // What a browser shared before it was anybody's is this person's too.
  for (const table of shared) {
    await table.delete(manager, {
      sql: `"site" = :site AND ("customerId" = :customerId OR ("customerId" IS NULL AND "visitorId" IN (:...visitors)))`,
      parameters: theirs,
    });
  }
  await deliveries.delete(manager, { site, customerId });
  // Answers that are kept for a repeated request may tell of the person.
  for (const id of [customerId, ...(conversation ? [conversation.id] : [])]) {
    await requests.delete(manager, {
      sql: `"site" = :site AND "answer" LIKE :mention`,
      parameters: { site, mention: `%${id}%` },
    });
  }
  if (conversation) await deleteConversation(manager, conversation);
  await visitors.delete(manager, { site, customerId });
  await customers.delete(manager, { site, customerId });
  return {
    visitors: visitorIds,
    ...(conversation && { conversationId: conversation.id }),
    files: uploads.map(({ id }) => id),
  };
}

/** What was written goes, who wrote it stays. */
export async function eraseConversation(manager: EntityManager, conversation: ConversationRecord): Promise<Erased> {
  const { site, id, customerId } = conversation;
  const browsers = await visitors.findAll(manager, { site, customerId }, { orderBy: 'visitorId' });
  const sent = await files.findAll(manager, { site, conversationId: id }, { orderBy: 'id', lock: 'wait' });
  await files.delete(manager, { site, conversationId: id });
  await deliveries.delete(manager, { site, customerId });
  await requests.delete(manager, {
    sql: `"site" = :site AND "answer" LIKE :mention`,
    parameters: { site, mention: `%${id}%` },
  });
  await deleteConversation(manager, conversation);
  return {
    visitors: browsers.map(({ visitorId }) => visitorId),
    conversationId: id,
    files: sent.map((file) => file.id),
  };
}
