import { z } from 'zod';
import { CallView } from './calling.ts';
import { VisitorChat } from './chat.ts';
import { CobrowseView } from './cobrowse.ts';
import { event, method } from './contract.ts';
import { AgentId, CallId, CustomerId, Email, SiteId, TabId, VisitorId } from './ids.ts';
import { Person } from './person.ts';
import { PageInfo } from './presence.ts';
import { SiteState } from './rules.ts';
import { Contact, PageTag } from './tag.ts';

export const Customer = Person.extend({ customerId: CustomerId });
export type Customer = z.infer<typeof Customer>;

export const AgentRole = z.enum(['agent', 'admin']);
export type AgentRole = z.infer<typeof AgentRole>;

/** What an agent chose; whether a page of the agent is connected is another matter. */
export const Availability = z.enum(['online', 'away']);
export type Availability = z.infer<typeof Availability>;

export const Agent = z.object({
  id: AgentId,
  email: Email,
  name: z.string(),
  role: AgentRole,
  active: z.boolean(),
  teams: z.array(z.string()),
  availability: Availability,
});
export type Agent = z.infer<typeof Agent>;

export const AgentByEmail = z.object({ email: Email });
export const UserToken = z.object({ token: z.string(), agent: Agent, expiresAt: z.iso.datetime().optional() });

/** An agent and whether the agent is there: `offline` without a connected page. */
export const AgentStatus = Agent.extend({ state: z.enum(['online', 'away', 'offline']), openChats: z.number().int() });
export type AgentStatus = z.infer<typeof AgentStatus>;

/** `auth` of a socket's handshake. A visitor without a token becomes a new one. */
export const Handshake = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('visitor'),
    site: SiteId,
    tab: TabId,
    token: z.string().max(200).optional(),
    page: PageInfo,
    /** The call this page is capturing the screen for: after a lost network the capture is still alive. */
    sharing: CallId.optional(),
  }),
  z.object({
    role: z.literal('agent'),
    site: SiteId,
    tab: TabId,
    /** With an email, the token must be that agent's (`CV.rest.auth(email, token)`). */
    email: Email.optional(),
    token: z.string().min(1).max(200),
  }),
]);
export type Handshake = z.infer<typeof Handshake>;

export const VisitorIdentity = z.object({
  visitorId: VisitorId,
  /** Proves the visitor id at the next connection; a secret of this browser. */
  token: z.string(),
  /** Absent until the visitor was tagged. */
  person: Person.optional(),
});
export type VisitorIdentity = z.infer<typeof VisitorIdentity>;

export const identityMethods = {
  'visitor.tag': method({
    summary: 'Add what the page knows of its signed-in user to this visitor',
    who: ['visitor'],
    input: PageTag,
    output: z.object({ person: Person, chat: VisitorChat.optional() }),
    errors: ['NOT_FOUND', 'SIGNATURE_REQUIRED', 'SIGNATURE_INVALID'],
  }),
  'visitor.contact': method({
    summary: 'How to reach this visitor, as the visitor says: kept for agents to see, selects and shows nobody',
    who: ['visitor'],
    input: Contact,
    output: z.object({}),
    errors: [],
  }),
  'visitor.reset': method({
    summary: 'Forget the person: this browser goes on as a new visitor; the server keeps the history',
    who: ['visitor'],
    input: z.object({}),
    output: VisitorIdentity,
    errors: [],
  }),
  'agent.availability': method({
    summary: 'The agent takes chats and calls, or is away; holds over reloads, until changed',
    who: ['agent'],
    input: z.object({ availability: Availability }),
    output: z.object({}),
    errors: [],
  }),
  'agent.list': method({
    summary: 'The site’s active agents and which of them are there now: whom to hand a conversation to',
    who: ['agent'],
    input: z.object({}),
    output: z.array(AgentStatus),
    errors: [],
  }),
};

export const identityEvents = {
  'visitor.welcome': event({
    summary: 'First event of a visitor socket: who it is, the calls that go on, its conversation, the site as it is',
    to: ['visitor'],
    payload: VisitorIdentity.extend({
      calls: z.array(CallView),
      /** The sharing of this visitor’s page that goes on or is asked for. */
      cobrowse: CobrowseView.optional(),
      chat: VisitorChat.optional(),
      state: SiteState,
    }),
  }),
  'visitor.replaced': event({
    summary: 'Another tab reset the identity; the socket closes and connects again as the new visitor',
    to: ['visitor'],
    payload: VisitorIdentity.omit({ person: true }),
  }),
  'agent.welcome': event({
    summary: 'First event of an agent socket: who it is, and the calls of this tab that go on',
    to: ['agent'],
    payload: z.object({
      agent: Agent,
      calls: z.array(CallView),
      /** Those that this tab began or watches. */
      cobrowses: z.array(CobrowseView),
    }),
  }),
  'agent.revoked': event({
    summary: 'The token was revoked or has expired; the socket closes',
    to: ['agent'],
    payload: z.object({}),
  }),
};
