import { z } from 'zod';
import { AuditEntry } from './audit.ts';
import { CallView } from './calling.ts';
import { Message } from './chat.ts';
import { CobrowseCode, CobrowseEntry } from './cobrowse.ts';
import { route } from './contract.ts';
import { Conversation, Note, TeamName } from './conversation.ts';
import { AgentByEmail, Customer, UserToken } from './identity.ts';
import { CobrowseId, ConversationId, CustomerId, Email, SiteId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';
import { PersonChange, Tag } from './tag.ts';

const PersonAssignment = z
  .strictObject({ user: Email.nullable().optional(), team: TeamName.nullable().optional() })
  .refine(({ user, team }) => (user === undefined) !== (team === undefined), 'name either a user or a team');

const ById = z.object({ customerId: CustomerId });

/** Everything that is kept of a person (GDPR, articles 15 and 20). */
const CustomerExport = z.object({
  exportedAt: z.iso.datetime(),
  customer: Customer,
  /** Of customers and conversations that turned out to be this person's: they lead here. */
  formerIds: z.array(z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  conversation: Conversation.optional(),
  messages: z.array(Message),
  notes: z.array(Note),
  calls: z.array(CallView.omit({ online: true, shareAgain: true })),
  cobrowses: z.array(CobrowseEntry),
  audit: z.array(AuditEntry),
});
export type CustomerExport = z.infer<typeof CustomerExport>;

export const customersRoutes = {
  tagCustomer: route({
    summary: 'Create or change the person with this id or email; on a site in signed mode that vouches for them',
    verb: 'POST',
    path: '/rest/v1/customers/tag',
    auth: 'site',
    body: Tag.refine(({ id, email }) => id !== undefined || email !== undefined, 'name an id or an email'),
    status: 200,
    response: Customer,
    errors: ['CONFLICT', 'NOT_FOUND'],
  }),
  listCustomers: route({
    summary: 'Tagged people, the last changed first; `query` looks in names, email and id',
    verb: 'GET',
    path: '/rest/v1/customers',
    auth: 'any',
    query: z.object({ ...pageQuery, query: z.string().trim().max(254).optional() }),
    status: 200,
    response: pageOf(Customer),
    errors: [],
  }),
  getCustomer: route({
    summary: 'One person',
    verb: 'GET',
    path: '/rest/v1/customers/{customerId}',
    auth: 'any',
    params: ById,
    status: 200,
    response: Customer,
    errors: ['NOT_FOUND'],
  }),
  updateCustomer: route({
    summary:
      'Change what is known of a person; null takes a property away (as empty text does a name), what is left out stays',
    verb: 'PATCH',
    path: '/rest/v1/customers/{customerId}',
    auth: 'any',
    params: ById,
    body: PersonChange,
    status: 200,
    response: Customer,
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  eraseCustomer: route({
    summary: 'Erase a person and everything written, sent or kept about them, also while they are on the site',
    verb: 'DELETE',
    path: '/rest/v1/customers/{customerId}',
    auth: 'admin',
    params: ById,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
  exportCustomer: route({
    summary: 'Everything that is kept of a person',
    verb: 'GET',
    path: '/rest/v1/customers/{customerId}/export',
    auth: 'admin',
    params: ById,
    status: 200,
    response: CustomerExport,
    errors: ['NOT_FOUND'],
  }),
  assignCustomer: route({
    summary: 'Give a person to an agent (only that agent and admins see them) or to a team; null gives them free',
    verb: 'PUT',
    path: '/rest/v1/customers/{customerId}/assignment',
    auth: 'any',
    params: ById,
    body: PersonAssignment,
    status: 200,
    response: Customer,
    errors: ['NOT_FOUND'],
  }),
  createAgentUrl: route({
    summary: 'A link that logs an agent in, once, and opens this person’s chat; the code stands in its fragment',
    verb: 'POST',
    path: '/rest/v1/conversations/{customerId}/agent-url',
    auth: 'site',
    params: ById,
    body: z.strictObject({
      agent: AgentByEmail.shape.email,
      ttlSeconds: z.number().int().min(1).max(300).default(300),
    }),
    status: 201,
    response: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
    errors: ['NOT_FOUND'],
    secret: true,
  }),
  redeemAgentUrl: route({
    summary: 'Exchange the code of an agent’s link for a user token; the first one to ask gets it',
    verb: 'POST',
    path: '/rest/v1/auth/agent-url',
    auth: 'none',
    body: z.strictObject({ site: SiteId, code: z.string().min(1).max(100) }),
    status: 201,
    response: UserToken.extend({
      /** The chat that the link opens, … */
      conversationId: ConversationId.optional(),
      /** … or the session: its id or the visitor’s six digits, as `cobrowse.join` takes them. */
      cobrowse: z.union([CobrowseId, CobrowseCode]).optional(),
    }),
    errors: [],
    secret: true,
  }),
};
