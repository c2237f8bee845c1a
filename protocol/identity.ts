import { z } from 'zod';
import { CallView } from './calling.ts';
import { event, method, route } from './contract.ts';
import { AgentId, CallId, CustomerId, Email, SiteId, TabId, VisitorId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';
import { PageInfo } from './presence.ts';

const Name = z.string().trim().max(200);

/** The properties a tag may carry; `additionalTaggingData` may not shadow them. */
export const tagProperties = [
  'id',
  'email',
  'firstname',
  'lastname',
  'gender',
  'labels',
  'assignedUser',
  'additionalTaggingData',
  'externalToken',
] as const;

const AdditionalData = z
  .record(z.string().min(1).max(100), z.json())
  .refine((data) => Object.keys(data).length <= 100, 'at most 100 keys');

/**
 * `CV.user.tag` (seeds 000, 001, 003): everything optional, added to the existing browser session.
 * A number as id counts as its decimal text. In `additionalTaggingData` keys equal to a user property
 * are ignored and null deletes a key.
 */
export const Tag = z.object({
  id: z.union([z.string().trim().min(1).max(200), z.number().finite().transform(String)]).optional(),
  email: Email.optional(),
  firstname: Name.optional(),
  lastname: Name.optional(),
  gender: z.string().trim().max(50).optional(),
  labels: z.array(z.string().trim().min(1).max(100)).max(50).optional(),
  assignedUser: Email.nullish(),
  additionalTaggingData: AdditionalData.optional(),
});
export type Tag = z.infer<typeof Tag>;

/** A person as tagged. */
export const Person = z.object({
  id: z.string().optional(),
  email: z.string().optional(),
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  gender: z.string().optional(),
  labels: z.array(z.string()),
  assignedUser: z.string().optional(),
  additionalTaggingData: z.record(z.string(), z.json()),
  verified: z.boolean(),
});
export type Person = z.infer<typeof Person>;

export const Customer = Person.extend({ customerId: CustomerId });
export type Customer = z.infer<typeof Customer>;

export const AgentRole = z.enum(['agent', 'admin']);
export type AgentRole = z.infer<typeof AgentRole>;

export const Agent = z.object({
  id: AgentId,
  email: Email,
  name: z.string(),
  role: AgentRole,
  active: z.boolean(),
});
export type Agent = z.infer<typeof Agent>;

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
    input: Tag,
    output: z.object({ person: Person }),
    errors: ['NOT_FOUND'],
  }),
  'visitor.reset': method({
    summary: 'Forget the person: this browser goes on as a new visitor; the server keeps the history',
    who: ['visitor'],
    input: z.object({}),
    output: VisitorIdentity,
    errors: [],
  }),
};

export const identityEvents = {
  'visitor.welcome': event({
    summary: 'First event of a visitor socket: who it is, and the calls that go on',
    to: ['visitor'],
    payload: VisitorIdentity.extend({ calls: z.array(CallView) }),
  }),
  'visitor.replaced': event({
    summary: 'Another tab reset the identity; the socket closes and connects again as the new visitor',
    to: ['visitor'],
    payload: VisitorIdentity.omit({ person: true }),
  }),
  'agent.welcome': event({
    summary: 'First event of an agent socket: who it is, and the calls of this tab that go on',
    to: ['agent'],
    payload: z.object({ agent: Agent, calls: z.array(CallView) }),
  }),
  'agent.revoked': event({
    summary: 'The token was revoked or has expired; the socket closes',
    to: ['agent'],
    payload: z.object({}),
  }),
};

const UserToken = z.object({ token: z.string(), agent: Agent, expiresAt: z.iso.datetime().optional() });
const AgentByEmail = z.object({ email: Email });
const NewAgent = z.strictObject({
  email: Email,
  name: Name.min(1),
  role: AgentRole.default('agent'),
  password: z.string().min(10).max(200).optional(),
});

export const identityRoutes = {
  login: route({
    summary: 'Exchange an agent’s email and password for a user token',
    verb: 'POST',
    path: '/rest/v1/auth/token',
    auth: 'none',
    body: z.strictObject({ email: Email, password: z.string().min(1).max(200), site: SiteId.optional() }),
    status: 201,
    response: UserToken,
    errors: [],
  }),
  logout: route({
    summary: 'Revoke the user token this request carries; its sockets close within a second',
    verb: 'DELETE',
    path: '/rest/v1/auth/token',
    auth: 'agent',
    status: 204,
    errors: [],
  }),
  issueToken: route({
    summary: 'A user token for one of the site’s agents, to hand to the agent’s page',
    verb: 'POST',
    path: '/rest/v1/agents/{email}/token',
    auth: 'site',
    params: AgentByEmail,
    status: 201,
    response: UserToken,
    errors: ['NOT_FOUND'],
  }),
  revokeTokens: route({
    summary: 'Revoke all user tokens of an agent; their sockets close within a second',
    verb: 'DELETE',
    path: '/rest/v1/agents/{email}/token',
    auth: 'site',
    params: AgentByEmail,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
  listAgents: route({
    summary: 'The site’s agents',
    verb: 'GET',
    path: '/rest/v1/agents',
    auth: 'any',
    query: z.object(pageQuery),
    status: 200,
    response: pageOf(Agent),
    errors: [],
  }),
  createAgent: route({
    summary: 'Add an agent',
    verb: 'POST',
    path: '/rest/v1/agents',
    auth: 'site',
    body: NewAgent,
    status: 201,
    response: Agent,
    errors: ['CONFLICT'],
  }),
  updateAgent: route({
    summary: 'Change an agent; `active: false` also revokes the agent’s tokens',
    verb: 'PATCH',
    path: '/rest/v1/agents/{email}',
    auth: 'site',
    params: AgentByEmail,
    body: NewAgent.omit({ email: true })
      .partial()
      .extend({ active: z.boolean().optional(), role: AgentRole.optional() }),
    status: 200,
    response: Agent,
    errors: ['NOT_FOUND'],
  }),
  deleteAgent: route({
    summary: 'Remove an agent and revoke the agent’s tokens',
    verb: 'DELETE',
    path: '/rest/v1/agents/{email}',
    auth: 'site',
    params: AgentByEmail,
    status: 204,
    errors: ['NOT_FOUND'],
  }),
};
