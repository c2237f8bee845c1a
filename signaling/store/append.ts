import type { EntityManager } from 'typeorm';
import type { Author } from '#protocol/chat.ts';
import { type Holder, holderOf, isTaken, notActive } from './assignable.ts';
import { Batch } from './Batch.ts';
import type {
  Appended,
  AppendPolicy,
  ConversationRecord,
  FileRecord,
  MessageFile,
  MessageRecord,
  NewMessage,
} from './ChatStore.ts';
import { ConversationEntity } from './entities/ConversationEntity.ts';
import { FileEntity } from './entities/FileEntity.ts';
import { MessageEntity } from './entities/MessageEntity.ts';
import { insertDeliveries } from './insertDeliveries.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

const conversations = new Batch(ConversationEntity);
const messages = new Batch(MessageEntity);
const files = new Batch(FileEntity);

/** Whatever a message may change in its conversation. */
const changing = [
  'status',
  'assignee',
  'team',
  'updatedAt',
  'lastSeq',
  'last',
  'receipts',
  'unreadByAgent',
  'unreadByVisitor',
] as const;

/** A handful of statements, however many messages there are. */
export async function append(
  manager: EntityManager,
  incoming: readonly NewMessage[],
  policy: AppendPolicy,
): Promise<Appended[]> {
  const stored = await read(manager, incoming);
  const left = new Set<string>();
  const asked = new Set<string>();
  let drawn = draw(incoming, stored, policy, left);
  // Who is passed over leaves the conversation to the next in the batch, who may have left too.
  for (;;) {
    const unknown = drawn.takers.filter((taker) => !asked.has(holderOf(taker)));
    const gone = unknown.length === 0 ? new Set<string>() : await notActive(manager, unknown);
    if (gone.size === 0) break;
    for (const taker of unknown) asked.add(holderOf(taker));
    for (const holder of gone) left.add(holder);
    drawn = draw(incoming, stored, policy, left);
  }
  const { results, changed, used, outbox } = drawn;
  await messages.insert(
    manager,
    results.flatMap((result) => (result.kind === 'new' ? [result.message] : [])),
  );
  await conversations.update(manager, changing, [...changed.values()]);
  await files.update(manager, ['conversationId'], [...used.values()]);
  await insertDeliveries(manager, outbox);
  return results;
}

/** What becomes of the messages, where nothing becomes `left` agents’; and who was given a conversation by them. */
function draw(incoming: readonly NewMessage[], read: Stored, policy: AppendPolicy, left: ReadonlySet<string>) {
  const stored = {
    conversations: new Map(read.conversations),
    messages: new Map(read.messages),
    files: new Map(read.files),
  };
  const [changed, used] = [new Map<string, ConversationRecord>(), new Map<string, FileRecord>()];
  const outbox: DeliveryRecord[] = [];
  const takers: Holder[] = [];
  const results = incoming.map((message): Appended => {
    const place = placeOf(message);
    const before = stored.conversations.get(place);
    if (!before) return { kind: 'gone' };
    const known = stored.messages.get(`${place} ${message.id}`);
    if (known) return sameAuthor(known.author, message.author) ? { kind: 'known', message: known } : { kind: 'taken' };
    const file = message.fileId && stored.files.get(`${message.site} ${message.fileId}`);
    if (message.fileId && !(file && isFree(file, message))) return { kind: 'no-file' };

    const record = recordOf(message, before.lastSeq + 1, file || undefined);
    const { site, id, customerId, createdAt } = before;
    const conversation = { ...policy.apply(before, record), site, id, customerId, createdAt, lastSeq: record.seq };
    if (isTaken(before, conversation)) {
      if (left.has(holderOf(conversation))) conversation.assignee = before.assignee;
      else takers.push({ site, assignee: conversation.assignee });
    }
    const appended: Appended = { kind: 'new', message: record, before, conversation };
    outbox.push(...policy.outbox(appended));
    stored.conversations.set(place, conversation);
    changed.set(place, conversation);
    stored.messages.set(`${place} ${message.id}`, record);
    if (file) {
      const sent = { ...file, conversationId: id };
      stored.files.set(`${file.site} ${file.id}`, sent);
      used.set(`${file.site} ${file.id}`, sent);
    }
    return appended;
  });
  return { results, changed, used, outbox, takers };
}

type Stored = Awaited<ReturnType<typeof read>>;

/** The conversations come first: who holds them keeps all others from their messages. */
async function read(manager: EntityManager, incoming: readonly NewMessage[]) {
  const places = new Map(
    incoming.map((message) => [placeOf(message), { site: message.site, id: message.conversationId }]),
  );
  const found = await conversations.find(manager, ['site', 'id'], [...places.values()], 'UPDATE');
  const known = await messages.find(manager, ['site', 'conversationId', 'id'], incoming);
  const wanted = new Map(
    incoming.flatMap(({ site, fileId }) => (fileId ? [[`${site} ${fileId}`, { site, id: fileId }] as const] : [])),
  );
  const uploaded = await files.find(manager, ['site', 'id'], [...wanted.values()], 'UPDATE');
  return {
    conversations: new Map(found.map((conversation) => [`${conversation.site} ${conversation.id}`, conversation])),
    messages: new Map(known.map((message) => [`${placeOf(message)} ${message.id}`, message])),
    files: new Map(uploaded.map((file) => [`${file.site} ${file.id}`, file])),
  };
}

const placeOf = ({ site, conversationId }: Pick<NewMessage, 'site' | 'conversationId'>): string =>
  `${site} ${conversationId}`;

const isFree = (file: FileRecord, { uploader }: NewMessage): boolean =>
  file.conversationId === undefined && file.uploader === uploader;

/** Agents may change their name, not their email. */
const sameAuthor = (one: Author, two: Author): boolean =>
  one.kind === two.kind && (one.kind !== 'agent' || two.kind !== 'agent' || one.email === two.email);

/**
 * U+0000 and halves of a surrogate pair, which PostgreSQL refuses, are kept out at the door; one that came in
 * nevertheless would fail the messages of all the others.
 */
const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '');

function recordOf(message: NewMessage, seq: number, file: FileRecord | undefined): MessageRecord {
  const { site, conversationId, id, at, author, text } = message;
  const record: MessageRecord = { site, conversationId, seq, id, at, author, text: storable(text) };
  if (file) record.file = fileOf(file);
  return record;
}

const fileOf = ({ id, name, type, size }: FileRecord): MessageFile => ({ id, name, type, size });
