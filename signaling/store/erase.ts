import type { EntityManager } from 'typeorm';
import type { CustomerId, SiteId } from '#protocol/ids.ts';
import type { ConversationRecord } from './ChatStore.ts';
import { conversations, deleteConversation } from './conversations.ts';
import { AliasEntity } from './entities/AliasEntity.ts';
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
const aliases = new Table(AliasEntity);
const deliveries = new Table(DeliveryEntity);
const requests = new Table(IdempotencyEntity);
/** As deep as SQL may nest, with room to spare. */
const IDS_AT_ONCE = 100;

/** Links, notes and aliases go by their foreign keys. */
export async function erase(manager: EntityManager, site: SiteId, customerId: CustomerId): Promise<Erased | undefined> {
  if (!(await customers.hold(manager, { site, customerId }))) return undefined;
  const [conversation] = await conversations.findAll(manager, { site, customerId }, { orderBy: 'id', lock: 'wait' });
  const browsers = await visitors.findAll(manager, { site, customerId }, { orderBy: 'visitorId', lock: 'wait' });
  const visitorIds = browsers.map(({ visitorId }) => visitorId);
  const theirs = { site, visitors: ['', ...visitorIds] };
  const held = { orderBy: 'id', lock: 'wait' } as const;
  const unsent = {
    sql: 'row.site = :site AND row.conversationId IS NULL AND row.uploader IN (:...uploaders)',
    parameters: { site, uploaders: ['', ...visitorIds.map((id) => `visitor:${id}`)] },
  };
  const uploads = [
    ...(conversation ? await files.findAll(manager, { site, conversationId: conversation.id }, held) : []),
    ...(await files.findAll(manager, unsent, held)),
  ];
  for (const { id } of uploads) await files.delete(manager, { site, id });
  // What a browser shared before it was anybody's is this person's too.
  for (const table of shared) {
    await table.delete(manager, { site, customerId });
    await table.delete(manager, {
      sql: `"site" = :site AND "customerId" IS NULL AND "visitorId" IN (:...visitors)`,
      parameters: theirs,
    });
  }
  await deliveries.delete(manager, { site, customerId });
  // Answers that are kept for a repeated request may tell of the person.
  const former = await aliases.findAll(manager, { site, customerId }, { orderBy: 'id' });
  const mentioned = [customerId, ...(conversation ? [conversation.id] : []), ...former.map((alias) => alias.id)];
  await forgetAnswers(manager, site, mentioned);
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
  const former = await aliases.findAll(
    manager,
    {
      sql: `row.site = :site AND row.customerId = :customerId AND row.id LIKE 'cn%'`,
      parameters: { site, customerId },
    },
    { orderBy: 'id' },
  );
  for (const alias of former) await aliases.delete(manager, { site, id: alias.id });
  await forgetAnswers(manager, site, [id, ...former.map((alias) => alias.id)]);
  await deleteConversation(manager, conversation);
  return {
    visitors: browsers.map(({ visitorId }) => visitorId),
    conversationId: id,
    files: sent.map((file) => file.id),
  };
}

/** They have no index to be found by: one walk looks for many ids. */
async function forgetAnswers(manager: EntityManager, site: SiteId, mentioned: readonly string[]): Promise<void> {
  for (let from = 0; from < mentioned.length; from += IDS_AT_ONCE) {
    const ids = mentioned.slice(from, from + IDS_AT_ONCE);
    const some = ids.map((_, i) => `"answer" LIKE :mention${i}`).join(' OR ');
    const parameters = Object.fromEntries(ids.map((id, i) => [`mention${i}`, `%${id}%`]));
    await requests.delete(manager, { sql: `"site" = :site AND (${some})`, parameters: { site, ...parameters } });
  }
}
