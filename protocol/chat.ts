import { z } from 'zod';
import { event, method } from './contract.ts';
import { FileView } from './files.ts';
import { ConversationId, FileId, MessageId, RuleId } from './ids.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { Text } from './text.ts';

/** Who wrote a message. `site`: a greeting, or a server of the site's own through REST. */
export const Author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('visitor') }),
  z.object({ kind: z.literal('agent'), email: z.string(), name: z.string() }),
  z.object({ kind: z.literal('site') }),
]);
export type Author = z.infer<typeof Author>;

/** Place of a message in its conversation: 1, 2, 3 … without gaps; retention removes from the beginning. */
export const Seq = z.number().int().min(0);

export const Message = z.object({
  id: MessageId,
  seq: Seq,
  at: z.iso.datetime(),
  author: Author,
  /** Plain text with line feeds; empty only beside a file. */
  text: z.string(),
  file: FileView.optional(),
});
export type Message = z.infer<typeof Message>;

/**
 * How far each side is. A side has received (`delivered`) and seen (`read`) every message up to that seq; 0 is none.
 * `delivered` is never below `read`.
 */
export const Receipts = z.object({
  visitor: z.object({ delivered: Seq, read: Seq }),
  agent: z.object({ delivered: Seq, read: Seq }),
});
export type Receipts = z.infer<typeof Receipts>;

/** A person's conversation as that person's browsers see it. */
export const VisitorChat = z.object({
  conversationId: ConversationId,
  lastSeq: Seq,
  receipts: Receipts,
  /** Messages of the other side that the visitor has not read. */
  unread: z.number().int(),
});
export type VisitorChat = z.infer<typeof VisitorChat>;

/** A new message: text, or a file with or without text. */
export const Draft = z
  .object({
    id: MessageId,
    text: Text(MAX_MESSAGE_CHARS).or(z.literal('')),
    /** A file that the same sender has uploaded and not yet sent. */
    fileId: FileId.optional(),
  })
  .refine(({ text, fileId }) => text !== '' || fileId !== undefined, 'text: a message needs text or a file');
export type Draft = z.infer<typeof Draft>;

/** Which messages: the ones after a seq (oldest first to go on from there), or those before it; without either the latest. */
export const HistoryRange = z.object({
  after: Seq.optional(),
  before: Seq.optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type HistoryRange = z.infer<typeof HistoryRange>;

/** Always ascending by seq. */
export const History = z.object({ messages: z.array(Message), lastSeq: Seq });
export type History = z.infer<typeof History>;

export const ReceiptInput = z.object({ delivered: Seq.optional(), read: Seq.optional() });
export type ReceiptInput = z.infer<typeof ReceiptInput>;

/** Durable when answered. A resend under the same id answers the seq and time of the first. */
export const Sent = z.object({ conversationId: ConversationId, seq: Seq, at: z.iso.datetime() });
export type Sent = z.infer<typeof Sent>;

export const chatMethods = {
  'chat.send': method({
    summary: 'The visitor writes; the first message begins the conversation',
    who: ['visitor'],
    input: z.object({
      message: Draft,
      /** The greeting that the visitor saw and answers; it is kept before the first message. */
      greeting: RuleId.optional(),
    }),
    output: Sent,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'chat.history': method({
    summary: 'Messages of the visitor’s conversation; none if there is no conversation yet',
    who: ['visitor'],
    input: HistoryRange,
    output: History.extend({ chat: VisitorChat.optional() }),
    errors: [],
  }),
  'chat.receipt': method({
    summary: 'The visitor has received or read everything up to a seq',
    who: ['visitor'],
    input: ReceiptInput,
    output: z.object({}),
    errors: [],
  }),
  'chat.typing': method({
    summary: 'The visitor has begun to type, or stopped; repeat every few seconds while it goes on',
    who: ['visitor'],
    input: z.object({ on: z.boolean() }),
    output: z.object({}),
    errors: [],
  }),
};

export const chatEvents = {
  'chat.conversation': event({
    summary:
      'The visitor’s conversation is this one from now on: at login another one than before, absent after an erasure',
    to: ['visitor'],
    payload: z.object({ chat: VisitorChat.optional() }),
  }),
  'chat.message': event({
    summary: 'A new message, in order of seq; a page that misses one asks for the history after its last',
    to: ['visitor', 'agent'],
    payload: z.object({ conversationId: ConversationId, message: Message }),
  }),
  'chat.receipts': event({
    summary: 'How far both sides are',
    to: ['visitor', 'agent'],
    payload: z.object({ conversationId: ConversationId, receipts: Receipts }),
  }),
  'chat.typing': event({
    summary: 'The other side types, or has stopped; counts as stopped after TYPING_MS',
    to: ['visitor', 'agent'],
    payload: z.object({ conversationId: ConversationId, author: Author, on: z.boolean() }),
  }),
};
