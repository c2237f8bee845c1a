import type { Message } from '#protocol/chat.ts';
import type { CannedAnswer, Conversation, Note } from '#protocol/conversation.ts';
import type { Customer } from '#protocol/identity.ts';
import { CannedAnswerId, ConversationId, CustomerId, MessageId, NoteId } from '#protocol/ids.ts';
import type { RestHandlers } from '#signaling/http/RestHandlers.ts';

const at = '2026-01-01T00:00:00.000Z';

const customer: Customer = {
  customerId: CustomerId.parse(`cu_${'C'.repeat(22)}`),
  email: 'john@example.com',
  labels: [],
  additionalTaggingData: {},
  verified: false,
};

export const conversation: Conversation = {
  id: ConversationId.parse(`cn_${'C'.repeat(22)}`),
  customerId: customer.customerId,
  status: 'UNREAD',
  createdAt: at,
  updatedAt: at,
  lastSeq: 1,
  unread: 1,
  receipts: { visitor: { delivered: 1, read: 1 }, agent: { delivered: 0, read: 0 } },
  person: { email: 'john@example.com', labels: [], additionalTaggingData: {}, verified: false },
};

const message: Message = {
  id: MessageId.parse(`m_${'M'.repeat(22)}`),
  seq: 1,
  at,
  author: { kind: 'visitor' },
  text: 'Hello',
};
const note: Note = { id: NoteId.parse(`n_${'N'.repeat(22)}`), at, text: 'Call back' };
const canned: CannedAnswer = { id: CannedAnswerId.parse(`ca_${'A'.repeat(22)}`), shortcut: 'hi', text: 'Hello' };

/** Handlers of what concerns people and what they write. */
export const fakeConversations = {
  tagCustomer: async () => customer,
  listCustomers: async () => ({ items: [customer] }),
  getCustomer: async ({ params }) => ({ ...customer, customerId: params.customerId }),
  updateCustomer: async () => customer,
  eraseCustomer: async () => undefined,
  exportCustomer: async () => ({
    exportedAt: at,
    customer,
    formerIds: [],
    createdAt: at,
    updatedAt: at,
    conversation,
    messages: [message],
    notes: [note],
    calls: [],
    cobrowses: [],
    audit: [],
  }),
  assignCustomer: async () => customer,
  createAgentUrl: async () => ({ url: 'https://help.example/desk/?site=demo#code=x', expiresAt: at }),
  listConversations: async () => ({ items: [conversation] }),
  getConversation: async ({ params }) => ({ ...conversation, id: params.conversationId }),
  listMessages: async () => ({ messages: [message], lastSeq: 1 }),
  sendMessage: async ({ body }) => ({ ...message, text: body.text, author: { kind: 'site' as const } }),
  setConversationStatus: async ({ body }) => ({ ...conversation, status: body.status }),
  assignConversation: async () => conversation,
  listNotes: async () => ({ items: [note] }),
  addNote: async ({ body }) => ({ ...note, text: body.text }),
  deleteNote: async () => undefined,
  listCannedAnswers: async () => ({ items: [canned] }),
  createCannedAnswer: async ({ body }) => ({ ...canned, ...body }),
  updateCannedAnswer: async () => canned,
  deleteCannedAnswer: async () => undefined,
} satisfies Partial<RestHandlers>;
