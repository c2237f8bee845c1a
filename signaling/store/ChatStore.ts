import type { Author, HistoryRange, Receipts } from '#protocol/chat.ts';
import type { CannedAnswer, ConversationFilter, ConversationStatus } from '#protocol/conversation.ts';
import type { CannedAnswerId, ConversationId, CustomerId, FileId, MessageId, NoteId, SiteId } from '#protocol/ids.ts';
import type { Page } from '#protocol/paging.ts';
import type { AuditRecord } from './AuditStore.ts';
import type { Erased } from './Erased.ts';
import type { PageRequest } from './PageRequest.ts';
import type { DeliveryRecord } from './WebhookStore.ts';

/** Of each customer there is one at most. */
export interface ConversationRecord {
  id: ConversationId;
  site: SiteId;
  customerId: CustomerId;
  status: ConversationStatus;
  /** Email of the agent who answers. */
  assignee?: string | undefined;
  team?: string | undefined;
  createdAt: number;
  updatedAt: number;
  lastSeq: number;
  /** The last message, its text cut to 200 characters. */
  last?: { seq: number; at: number; author: Author; text: string; file?: string | undefined } | undefined;
  receipts: Receipts;
  /** Messages of the visitor after `receipts.agent.read`. */
  unreadByAgent: number;
  /** Messages of others after `receipts.visitor.read`. */
  unreadByVisitor: number;
}

/** What a message keeps of its file. */
export interface MessageFile {
  id: FileId;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
}

export interface MessageRecord {
  site: SiteId;
  conversationId: ConversationId;
  seq: number;
  id: MessageId;
  at: number;
  author: Author;
  text: string;
  file?: MessageFile | undefined;
}

/** A message on its way in: the store gives it its seq and its file. */
export interface NewMessage extends Omit<MessageRecord, 'seq' | 'file'> {
  fileId?: FileId | undefined;
  /** Who must have uploaded the file: `visitor:ID` or `agent:EMAIL`. */
  uploader: string;
}

/** What became of a new message. */
export type Appended =
  | { kind: 'new'; message: MessageRecord; before: ConversationRecord; conversation: ConversationRecord }
  /** The same author has sent this id into this conversation before. */
  | { kind: 'known'; message: MessageRecord }
  /** Another author has. */
  | { kind: 'taken' }
  /** There is no such conversation (any more). */
  | { kind: 'gone' }
  /** There is no such file, it is somebody else's, or it was sent already. */
  | { kind: 'no-file' };

/** What a message changes in its conversation, and who is to be told of it; pure, called within the transaction. */
export interface AppendPolicy {
  apply(before: ConversationRecord, message: MessageRecord): ConversationRecord;
  outbox(appended: Extract<Appended, { kind: 'new' }>): readonly DeliveryRecord[];
}

/** Who asks: sees customers assigned to them, and of those assigned to nobody the ones of no team or of one of theirs. */
export interface ConversationViewer {
  email: string;
  teams: readonly string[];
}

export interface FileRecord extends MessageFile {
  site: SiteId;
  /** `visitor:ID` or `agent:EMAIL`. */
  uploader: string;
  createdAt: number;
  /** Absent until a message carries it. */
  conversationId?: ConversationId | undefined;
}

export interface NoteRecord {
  id: NoteId;
  site: SiteId;
  conversationId: ConversationId;
  at: number;
  agent?: string | undefined;
  text: string;
}

export interface CannedAnswerRecord extends CannedAnswer {
  site: SiteId;
}

export interface ChatStore {
  get(site: SiteId, id: ConversationId): Promise<ConversationRecord | undefined>;
  findByCustomer(site: SiteId, customerId: CustomerId): Promise<ConversationRecord | undefined>;
  /** Answers the customer's conversation: the one there is, else this new one. NOT_FOUND without such a customer. */
  begin(conversation: ConversationRecord): Promise<ConversationRecord>;
  /**
   * Many messages of many conversations and sites in one transaction; each conversation's in the order given, with
   * the next seqs. One answer for each, in place. The whole fails only if the database does. Nothing becomes
   * somebody's who is no active agent: such a message leaves the conversation with whom it was.
   */
  append(messages: readonly NewMessage[], policy: AppendPolicy): Promise<Appended[]>;
  /**
   * Reads, changes and writes in one transaction; `change` answers undefined to leave it as it is, which is answered
   * then, as it is where `change` would give it to somebody who is no active agent. Undefined if there is none.
   */
  change(
    site: SiteId,
    id: ConversationId,
    change: (before: ConversationRecord) => ConversationRecord | undefined,
    also?: (after: ConversationRecord) => {
      outbox?: readonly DeliveryRecord[] | undefined;
      audit?: readonly AuditRecord[] | undefined;
    },
  ): Promise<ConversationRecord | undefined>;
  /** Moves a side's receipts on, never back nor beyond the last seq, and counts its unread messages anew. */
  receive(
    site: SiteId,
    id: ConversationId,
    side: keyof Receipts,
    upTo: { delivered?: number | undefined; read?: number | undefined },
  ): Promise<ConversationRecord | undefined>;
  /** The latest change first. `filter` mine and unassigned look at the assignee. */
  list(
    site: SiteId,
    page: PageRequest & {
      /** Absent: sees all. */
      viewer?: ConversationViewer | undefined;
      filter?: ConversationFilter | undefined;
      /** Whose `mine` is; the viewer's when absent. */
      me?: string | undefined;
      status?: readonly ConversationStatus[] | undefined;
      /** Changed after this time, … */
      since?: number | undefined;
      /** … and before this one. */
      until?: number | undefined;
      customerId?: CustomerId | undefined;
    },
  ): Promise<Page<ConversationRecord>>;
  /** How many conversations that are not DONE each assignee has; those with none are left out. */
  openChats(site: SiteId): Promise<Map<string, number>>;
  /** Ascending by seq, whatever the range. */
  history(site: SiteId, id: ConversationId, range: HistoryRange): Promise<MessageRecord[]>;
  /** Conversations of a site that have not changed since `before`, the oldest first, at most `limit`. */
  idle(site: SiteId, before: number, limit: number): Promise<ConversationRecord[]>;
  /** One of those, if it is still as old: goes with messages, notes, files and deliveries; the person stays. */
  erase(site: SiteId, id: ConversationId, before: number, audit: readonly AuditRecord[]): Promise<Erased | undefined>;

  addFile(file: FileRecord): Promise<void>;
  getFile(site: SiteId, id: FileId): Promise<FileRecord | undefined>;
  /** Those of these that there are, in any order. */
  getFiles(site: SiteId, ids: readonly FileId[]): Promise<FileRecord[]>;
  /** Files that no message took up within this time: deleted here, answered so that their bytes can go too. */
  deleteUnsentFiles(before: number): Promise<FileRecord[]>;

  listNotes(site: SiteId, id: ConversationId): Promise<NoteRecord[]>;
  /** NOT_FOUND without such a conversation. */
  addNote(note: NoteRecord): Promise<void>;
  deleteNote(site: SiteId, conversationId: ConversationId, id: NoteId): Promise<boolean>;

  /** By shortcut. */
  listCannedAnswers(site: SiteId): Promise<CannedAnswerRecord[]>;
  /** Inserts or replaces; CONFLICT if another one has this shortcut. */
  saveCannedAnswer(answer: CannedAnswerRecord): Promise<void>;
  deleteCannedAnswer(site: SiteId, id: CannedAnswerId): Promise<boolean>;
}
