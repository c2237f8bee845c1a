import type { HistoryRange, Receipts } from '#protocol/chat.ts';
import { CvError } from '#protocol/errors.ts';
import type { CannedAnswerId, ConversationId, CustomerId, FileId, NoteId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import { append } from './append.ts';
import { isTaken, notActive } from './assignable.ts';
import { Batch } from './Batch.ts';
import type {
  Appended,
  AppendPolicy,
  CannedAnswerRecord,
  ChatStore,
  ConversationRecord,
  FileRecord,
  MessageRecord,
  NewMessage,
  NoteRecord,
} from './ChatStore.ts';
import { conversations, countUnread, messages } from './conversations.ts';
import type { Database } from './Database.ts';
import { AuditEntity } from './entities/AuditEntity.ts';
import { CannedAnswerEntity } from './entities/CannedAnswerEntity.ts';
import { ConversationEntity } from './entities/ConversationEntity.ts';
import { FileEntity } from './entities/FileEntity.ts';
import { NoteEntity } from './entities/NoteEntity.ts';
import { eraseConversation } from './erase.ts';
import { insertDeliveries } from './insertDeliveries.ts';
import type { AuditRecord, Erased } from './Store.ts';
import { type Condition, type Order, Table } from './Table.ts';
import { visibleTo } from './visible.ts';

const newConversations = new Batch(ConversationEntity);
const audit = new Table(AuditEntity);
const files = new Table(FileEntity);
const manyFiles = new Batch(FileEntity);
const notes = new Table(NoteEntity);
const cannedAnswers = new Table(CannedAnswerEntity);
const latestFirst: Order<ConversationRecord> = { by: 'updatedAt', id: 'id', type: 'number', direction: 'DESC' };

export class SqlChat implements ChatStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(site: SiteId, id: ConversationId): Promise<ConversationRecord | undefined> {
    return this.#database.read((reader) => conversations.find(reader, { site, id }));
  }

  findByCustomer(site: SiteId, customerId: CustomerId): Promise<ConversationRecord | undefined> {
    return this.#database.read((reader) => conversations.find(reader, { site, customerId }));
  }

  begin(conversation: ConversationRecord): Promise<ConversationRecord> {
    const { site, customerId } = conversation;
    return this.#database.transaction(async (manager) => {
      await newConversations.insertNew(manager, [conversation]);
      const found = await conversations.find(manager, { site, customerId });
      if (!found) throw new CvError('NOT_FOUND', 'There is no such customer.');
      return found;
    });
  }

  append(incoming: readonly NewMessage[], policy: AppendPolicy): Promise<Appended[]> {
    if (incoming.length === 0) return Promise.resolve([]);
    return this.#database.transaction((manager) => append(manager, incoming, policy));
  }

  change(...[site, id, change, also]: Parameters<ChatStore['change']>): Promise<ConversationRecord | undefined> {
    return this.#database.transaction(async (manager) => {
      const before = await conversations.hold(manager, { site, id });
      const after = before && change(before);
      if (!after) return before;
      if (isTaken(before, after) && (await notActive(manager, [after])).size > 0) return before;
      await conversations.replace(manager, { ...after, site, id });
      const { outbox = [], audit: entries = [] } = also?.(after) ?? {};
      await insertDeliveries(manager, outbox);
      await audit.insert(manager, entries);
      return after;
    });
  }

  receive(
    site: SiteId,
    id: ConversationId,
    side: keyof Receipts,
    upTo: { delivered?: number | undefined; read?: number | undefined },
  ): Promise<ConversationRecord | undefined> {
    return this.#database.transaction(async (manager) => {
      const before = await conversations.hold(manager, { site, id });
      if (!before) return undefined;
      const { delivered, read } = before.receipts[side];
      const nowRead = Math.max(read, Math.min(upTo.read ?? 0, before.lastSeq));
      const nowDelivered = Math.max(delivered, nowRead, Math.min(upTo.delivered ?? 0, before.lastSeq));
      if (nowRead === read && nowDelivered === delivered) return before;
      const receipts = { ...before.receipts, [side]: { delivered: nowDelivered, read: nowRead } };
      const after = { ...before, receipts };
      if (nowRead > read) {
        after[side === 'agent' ? 'unreadByAgent' : 'unreadByVisitor'] = await countUnread(manager, after, side);
      }
      const { unreadByAgent, unreadByVisitor } = after;
      await conversations.update(manager, { site, id }, { receipts, unreadByAgent, unreadByVisitor });
      return after;
    });
  }

  list(site: SiteId, options: Parameters<ChatStore['list']>[1]): Promise<Page<ConversationRecord>> {
    const { limit, cursor, customerId } = options;
    const where = { site, ...(customerId !== undefined && { customerId }) };
    return this.#database.read((reader) =>
      conversations.page(reader, where, latestFirst, { limit, cursor }, conditionsOf(options)),
    );
  }

  async openChats(site: SiteId): Promise<Map<string, number>> {
    type Row = { assignee: string; chats: number | string };
    const rows = await this.#database.run((manager) =>
      manager
        .createQueryBuilder(ConversationEntity, 'row')
        .select('row.assignee', 'assignee')
        .addSelect('count(*)', 'chats')
        // The time sends SQLite to the index of open conversations, not through all there ever were.
        .where(`row.site = :site AND row.updatedAt > 0 AND row.status <> 'DONE' AND row.assignee IS NOT NULL`, { site })
        .groupBy('row.assignee')
        .getRawMany<Row>(),
    );
    return new Map(rows.map(({ assignee, chats }) => [assignee, Number(chats)]));
  }

  async history(site: SiteId, id: ConversationId, { after, before, limit }: HistoryRange): Promise<MessageRecord[]> {
    const parts = ['row.site = :site AND row.conversationId = :id'];
    if (after !== undefined) parts.push('row.seq > :after');
    if (before !== undefined) parts.push('row.seq < :before');
    const direction = after === undefined ? 'DESC' : 'ASC';
    const found = await this.#database.read((reader) =>
      messages.findAll(
        reader,
        { sql: parts.join(' AND '), parameters: { site, id, after, before } },
        { orderBy: 'seq', direction, limit },
      ),
    );
    return direction === 'ASC' ? found : found.toReversed();
  }

  idle(site: SiteId, before: number, limit: number): Promise<ConversationRecord[]> {
    const where = { sql: 'row.site = :site AND row.updatedAt < :before', parameters: { site, before } };
    return this.#database.read((reader) =>
      conversations.findAll(reader, where, { orderBy: ['updatedAt', 'id'], limit }),
    );
  }

  erase(
    site: SiteId,
    id: ConversationId,
    before: number,
    entries: readonly AuditRecord[],
  ): Promise<Erased | undefined> {
    return this.#database.erasure(async (manager) => {
      const [old] = await conversations.findAll(manager, { site, id }, { orderBy: 'id', lock: 'wait' });
      if (!old || old.updatedAt >= before) return undefined;
      const erased = await eraseConversation(manager, old);
      await audit.insert(manager, entries);
      return erased;
    });
  }

  addFile(file: FileRecord): Promise<void> {
    return this.#database.run((manager) => files.insert(manager, [file]));
  }

  getFile(site: SiteId, id: FileId): Promise<FileRecord | undefined> {
    return this.#database.read((reader) => files.find(reader, { site, id }));
  }

  getFiles(site: SiteId, ids: readonly FileId[]): Promise<FileRecord[]> {
    const keys = ids.map((id) => ({ site, id }));
    return this.#database.read((reader) => manyFiles.find(reader, ['site', 'id'], keys));
  }

  deleteUnsentFiles(before: number): Promise<FileRecord[]> {
    return this.#database.transaction(async (manager) => {
      const where = { sql: 'row.conversationId IS NULL AND row.createdAt < :before', parameters: { before } };
      const found = await files.findAll(manager, where, { orderBy: ['site', 'id'], lock: 'wait' });
      for (const { site, id } of found) await files.delete(manager, { site, id });
      return found;
    });
  }

  listNotes(site: SiteId, conversationId: ConversationId): Promise<NoteRecord[]> {
    return this.#database.read((reader) => notes.findAll(reader, { site, conversationId }, { orderBy: ['at', 'id'] }));
  }

  addNote(note: NoteRecord): Promise<void> {
    return this.#database.run((manager) => notes.insert(manager, [note]));
  }

  async deleteNote(site: SiteId, conversationId: ConversationId, id: NoteId): Promise<boolean> {
    return (await this.#database.run((manager) => notes.delete(manager, { site, conversationId, id }))) > 0;
  }

  listCannedAnswers(site: SiteId): Promise<CannedAnswerRecord[]> {
    return this.#database.read((reader) => cannedAnswers.findAll(reader, { site }, { orderBy: 'shortcut' }));
  }

  saveCannedAnswer(answer: CannedAnswerRecord): Promise<void> {
    return this.#database.run((manager) => cannedAnswers.upsert(manager, answer));
  }

  async deleteCannedAnswer(site: SiteId, id: CannedAnswerId): Promise<boolean> {
    return (await this.#database.run((manager) => cannedAnswers.delete(manager, { site, id }))) > 0;
  }
}

function conditionsOf({ viewer, me, filter, status, since, until }: Parameters<ChatStore['list']>[1]): Condition[] {
  const conditions: Condition[] = [];
  if (viewer) {
    const { sql, parameters } = visibleTo(viewer, 'person');
    const person = `SELECT 1 FROM "customers" person
      WHERE person."site" = row.site AND person."customerId" = row.customerId AND ${sql}`;
    conditions.push({ sql: `EXISTS (${person})`, parameters });
  }
  if (filter === 'mine') conditions.push({ sql: 'row.assignee = :me', parameters: { me: me ?? viewer?.email ?? '' } });
  if (filter === 'unassigned') conditions.push({ sql: 'row.assignee IS NULL' });
  if (status) conditions.push({ sql: 'row.status IN (:...status)', parameters: { status } });
  // Says what the index of open conversations wants to hear.
  if (status && !status.includes('DONE')) conditions.push({ sql: `row.status <> 'DONE'` });
  if (since !== undefined) conditions.push({ sql: 'row.updatedAt > :since', parameters: { since } });
  if (until !== undefined) conditions.push({ sql: 'row.updatedAt < :until', parameters: { until } });
  return conditions;
}
