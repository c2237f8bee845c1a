import { z } from 'zod';
import { Author, Draft, History, HistoryRange, Message, ReceiptInput, Receipts, Sent, Seq } from './chat.ts';
import { event, method, route } from './contract.ts';
import { CannedAnswerId, ConversationId, CustomerId, Email, MessageId, NoteId } from './ids.ts';
import { MAX_MESSAGE_CHARS } from './limits.ts';
import { pageOf, pageQuery } from './paging.ts';
import { Person } from './person.ts';
import { Present } from './presence.ts';
import { Line, Text } from './text.ts';

/**
 * UNREAD: the visitor wrote and no agent has read it. UNRESOLVED: read, not done. DONE: closed by an agent; the
 * next message of the visitor makes it UNREAD again.
 */
export const ConversationStatus = z.enum(['UNREAD', 'UNRESOLVED', 'DONE']);
export type ConversationStatus = z.infer<typeof ConversationStatus>;

export const TeamName = Line(100);

/** A conversation as agents see it. Times are ISO 8601 in UTC. */
export const Conversation = z.object({
  id: ConversationId,
  customerId: CustomerId,
  status: ConversationStatus,
  /** Email of the agent who answers. */
  assignee: z.string().optional(),
  team: z.string().optional(),
  createdAt: z.iso.datetime(),
  /** Of the last message or change of status. */
  updatedAt: z.iso.datetime(),
  lastSeq: Seq,
  lastMessage: z
    .object({ seq: Seq, at: z.iso.datetime(), author: Author, text: z.string(), file: z.string().optional() })
    .optional(),
  /** Messages of the visitor that no agent has read. */
  unread: z.number().int(),
  receipts: Receipts,
  person: Person,
  /** Of several browsers the one in front; absent while the person is not on the site. */
  present: Present.optional(),
});
export type Conversation = z.infer<typeof Conversation>;

/** mine: assigned to the asking agent. unassigned: to nobody. all: every one that the agent may see. */
export const ConversationFilter = z.enum(['mine', 'unassigned', 'all']);
export type ConversationFilter = z.infer<typeof ConversationFilter>;

/** Where routing chooses among agents, it is told nothing; null takes an assignment away. */
const Assignment = z
  .strictObject({ user: Email.nullish(), team: TeamName.nullish() })
  .refine(({ user, team }) => user !== undefined || team !== undefined, 'name a user or a team');

const ById = z.object({ conversationId: ConversationId });
const One = z.object({ conversation: Conversation });

export const conversationMethods = {
  'conversation.list': method({
    summary: 'Conversations, the latest change first',
    who: ['agent'],
    input: z.object({
      filter: ConversationFilter.default('all'),
      status: z.array(ConversationStatus).min(1).max(3).optional(),
      limit: z.number().int().min(1).max(200).default(50),
      cursor: z.string().max(1200).optional(),
    }),
    output: pageOf(Conversation),
    errors: [],
  }),
  'conversation.watch': method({
    summary: 'Begin or stop to receive conversation.changed for every conversation that this agent may see',
    who: ['agent'],
    input: z.object({ on: z.boolean() }),
    output: z.object({}),
    errors: [],
  }),
  'conversation.open': method({
    summary: 'The conversation with its latest messages; from now on its messages, receipts and typing are told',
    who: ['agent'],
    input: ById.extend({ limit: z.number().int().min(1).max(200).default(50) }),
    output: One.extend({ messages: z.array(Message) }),
    errors: ['NOT_FOUND'],
  }),
  'conversation.close': method({
    summary: 'Nothing more of this conversation is told to this page',
    who: ['agent'],
    input: ById,
    output: z.object({}),
    errors: [],
  }),
  'conversation.history': method({
    summary: 'Messages of a conversation',
    who: ['agent'],
    input: HistoryRange.extend({ conversationId: ConversationId }),
    output: History,
    errors: ['NOT_FOUND'],
  }),
  'conversation.send': method({
    summary: 'The agent writes; an unassigned conversation becomes the agent’s',
    who: ['agent'],
    input: ById.extend({ message: Draft }),
    output: Sent,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  'conversation.receipt': method({
    summary: 'The agent has received or read everything up to a seq; to read all makes UNREAD UNRESOLVED',
    who: ['agent'],
    input: ReceiptInput.extend({ conversationId: ConversationId }),
    output: z.object({}),
    errors: ['NOT_FOUND'],
  }),
  'conversation.typing': method({
    summary: 'The agent has begun to type, or stopped; repeat every few seconds while it goes on',
    who: ['agent'],
    input: ById.extend({ on: z.boolean() }),
    output: z.object({}),
    errors: ['NOT_FOUND'],
  }),
  'conversation.status': method({
    summary: 'Set the status',
    who: ['agent'],
    input: ById.extend({ status: ConversationStatus }),
    output: One,
    errors: ['NOT_FOUND'],
  }),
  'conversation.assign': method({
    summary: 'Hand the conversation to an agent or a team, or to nobody',
    who: ['agent'],
    input: ById.extend({ assignment: Assignment }),
    output: One,
    errors: ['NOT_FOUND'],
  }),
};

export const conversationEvents = {
  'conversation.changed': event({
    summary: 'Conversations that are new or have changed; told within a tenth of a second, each as it is by then',
    to: ['agent'],
    payload: z.object({
      changed: z.array(Conversation),
      /** Erased, merged into another one, or no longer for this agent. */
      gone: z.array(ConversationId),
    }),
  }),
  'conversation.moved': event({
    summary: 'An open conversation went over into another one, because its visitor logged in',
    to: ['agent'],
    payload: z.object({ from: ConversationId, to: ConversationId }),
  }),
  'conversation.notes': event({
    summary: 'Notes on an open conversation were added, removed, or came with a merge: read them anew',
    to: ['agent'],
    payload: ById,
  }),
};

export const Note = z.object({
  id: NoteId,
  at: z.iso.datetime(),
  /** Email of the agent who wrote it; absent if the site’s API key did. */
  agent: z.string().optional(),
  text: z.string(),
});
export type Note = z.infer<typeof Note>;

export const CannedAnswer = z.object({
  id: CannedAnswerId,
  /** What an agent types after `/` to find it. */
  shortcut: z.string(),
  text: z.string(),
});
export type CannedAnswer = z.infer<typeof CannedAnswer>;

const CannedBody = z.strictObject({
  shortcut: z.string().regex(/^[\p{L}\p{N}_-]{1,40}$/u, 'letters, digits, - and _, at most 40'),
  text: Text(MAX_MESSAGE_CHARS),
});
const ByCanned = z.object({ cannedId: CannedAnswerId });

const SINCE = 'a time such as 2026-05-31T08:00:00Z or 2026-05-31T10:00:00%2B02:00, in a URL';

export const conversationRoutes = {
  listConversations: route({
    summary: 'Conversations for polling, the latest change first; `since` leaves out what has not changed after it',
    verb: 'GET',
    path: '/rest/v1/conversations',
    auth: 'any',
    query: z.object({
      ...pageQuery,
      since: z.iso.datetime({ offset: true, error: SINCE }).optional(),
      status: ConversationStatus.optional(),
      customerId: CustomerId.optional(),
    }),
    status: 200,
    response: pageOf(Conversation),
    errors: [],
  }),
  getConversation: route({
    summary: 'One conversation',
    verb: 'GET',
    path: '/rest/v1/conversations/{conversationId}',
    auth: 'any',
    params: ById,
    status: 200,
    response: Conversation,
    errors: ['NOT_FOUND'],
  }),
  listMessages: route({
    summary: 'Messages after a seq, ascending; without `after` from the beginning',
    verb: 'GET',
    path: '/rest/v1/conversations/{conversationId}/messages',
    auth: 'any',
    params: ById,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    status: 200,
    response: History,
    errors: ['NOT_FOUND'],
  }),
  sendMessage: route({
    summary: 'Write into a conversation: as the token’s agent, or with an API key as `agent`, else as the site',
    verb: 'POST',
    path: '/rest/v1/conversations/{conversationId}/messages',
    auth: 'any',
    params: ById,
    body: z.strictObject({ id: MessageId.optional(), text: Text(MAX_MESSAGE_CHARS), agent: Email.optional() }),
    status: 201,
    response: Message,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  setConversationStatus: route({
    summary: 'Set the status',
    verb: 'PUT',
    path: '/rest/v1/conversations/{conversationId}/status',
    auth: 'any',
    params: ById,
    body: z.strictObject({ status: ConversationStatus }),
    status: 200,
    response: Conversation,
    errors: ['NOT_FOUND'],
  }),
  assignConversation: route({
    summary: 'Hand the conversation to an agent or a team, or with null to nobody',
    verb: 'PUT',
    path: '/rest/v1/conversations/{conversationId}/assignment',
    auth: 'any',
    params: ById,
    body: Assignment,
    status: 200,
    response: Conversation,
    errors: ['NOT_FOUND'],
  }),
  listNotes: route({
    summary: 'Notes on a conversation, oldest first; visitors never see them',
    verb: 'GET',
    path: '/rest/v1/conversations/{conversationId}/notes',
    auth: 'any',
    params: ById,
    status: 200,
    response: z.object({ items: z.array(Note) }),
    errors: ['NOT_FOUND'],
  }),
  addNote: route({
    summary: 'Add a note',
    verb: 'POST',
    path: '/rest/v1/conversations/{conversationId}/notes',
    auth: 'any',
    params: ById,
    body: z.strictObject({ text: Text(MAX_MESSAGE_CHARS) }),
    status: 201,
    response: Note,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  deleteNote: route({
    summary: 'Remove a note',
    verb: 'DELETE',
    path: '/rest/v1/conversations/{conversationId}/notes/{noteId}',
    auth: 'any',
    params: ById.extend({ noteId: NoteId }),
    status: 204,
    errors: ['NOT_FOUND'],
  }),
  listCannedAnswers: route({
    summary: 'The site’s canned answers, by shortcut',
    verb: 'GET',
    path: '/rest/v1/canned-answers',
    auth: 'any',
    status: 200,
    response: z.object({ items: z.array(CannedAnswer) }),
    errors: [],
  }),
  createCannedAnswer: route({
    summary: 'Add a canned answer',
    verb: 'POST',
    path: '/rest/v1/canned-answers',
    auth: 'any',
    body: CannedBody,
    status: 201,
    response: CannedAnswer,
    errors: ['CONFLICT'],
  }),
  updateCannedAnswer: route({
    summary: 'Change a canned answer',
    verb: 'PATCH',
    path: '/rest/v1/canned-answers/{cannedId}',
    auth: 'any',
    params: ByCanned,
    body: CannedBody.partial(),
    status: 200,
    response: CannedAnswer,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  deleteCannedAnswer: route({
    summary: 'Remove a canned answer',
    verb: 'DELETE',
    path: '/rest/v1/canned-answers/{cannedId}',
    auth: 'any',
    params: ByCanned,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
};
