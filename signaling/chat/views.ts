import type { Message, Sent, VisitorChat } from '#protocol/chat.ts';
import type { CannedAnswer, Conversation, Note } from '#protocol/conversation.ts';
import type { Person } from '#protocol/person.ts';
import type { Present } from '#protocol/presence.ts';
import { publicPerson } from '#signaling/identity/person.ts';
import type { CannedAnswerRecord, ConversationRecord, MessageRecord, NoteRecord } from '#signaling/store/ChatStore.ts';
import type { Files } from './Files.ts';
import { iso } from './iso.ts';

export function messageView(record: MessageRecord, files: Pick<Files, 'view'>): Message {
  const { site, id, seq, at, author, text, file } = record;
  const message: Message = { id, seq, at: iso(at), author, text };
  if (file) message.file = files.view(site, file);
  return message;
}

export const sentView = ({ conversationId, seq, at }: MessageRecord): Sent => ({ conversationId, seq, at: iso(at) });

export const visitorChat = ({ id, lastSeq, receipts, unreadByVisitor }: ConversationRecord): VisitorChat => ({
  conversationId: id,
  lastSeq,
  receipts,
  unread: unreadByVisitor,
});

export function conversationView(
  record: ConversationRecord,
  person: Person,
  present: Present | undefined,
): Conversation {
  const { id, customerId, status, assignee, team, createdAt, updatedAt, lastSeq, last, receipts } = record;
  return {
    id,
    customerId,
    status,
    assignee,
    team,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    lastSeq,
    lastMessage: last && { ...last, at: iso(last.at) },
    unread: record.unreadByAgent,
    receipts,
    person: publicPerson(person),
    present,
  };
}

export const noteView = ({ id, at, agent, text }: NoteRecord): Note => ({ id, at: iso(at), agent, text });

export const cannedView = ({ id, shortcut, text }: CannedAnswerRecord): CannedAnswer => ({ id, shortcut, text });
