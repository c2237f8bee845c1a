import { z } from 'zod';
import { route } from './contract.ts';
import { TeamName } from './conversation.ts';
import { Agent, AgentByEmail, AgentRole, AgentStatus, UserToken } from './identity.ts';
import { Email, SiteId } from './ids.ts';
import { pageOf, pageQuery } from './paging.ts';
import { Line } from './text.ts';

const Teams = z
  .array(TeamName)
  .max(20)
  .overwrite((teams) => [...new Set(teams)]);

const NewAgent = z.strictObject({
  email: Email,
  name: Line(200),
  role: AgentRole.default('agent'),
  teams: Teams.default([]),
  password: z.string().min(10).max(200).optional(),
});

export const agentsRoutes = {
  login: route({
    summary: 'Exchange an agent’s email and password for a user token',
    verb: 'POST',
    path: '/rest/v1/auth/token',
    auth: 'none',
    body: z.strictObject({ email: Email, password: z.string().min(1).max(200), site: SiteId.optional() }),
    status: 201,
    response: UserToken,
    errors: [],
    secret: true,
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
    secret: true,
  }),
  revokeTokens: route({
    summary: 'Revoke all user tokens and open links of an agent; their sockets close within a second',
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
    response: pageOf(AgentStatus),
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
    body: NewAgent.omit({ email: true }).partial().extend({
      active: z.boolean().optional(),
      role: AgentRole.optional(),
      teams: Teams.optional(),
    }),
    status: 200,
    response: Agent,
    errors: ['NOT_FOUND'],
  }),
  syncAgents: route({
    summary:
      'Bring the agents in line with another system: add the new, change the known, optionally deactivate the rest. Who is listed is active; a role, teams or password left out stay as they are',
    verb: 'PUT',
    path: '/rest/v1/agents',
    auth: 'site',
    body: z.strictObject({
      agents: z
        .array(
          NewAgent.extend({
            role: AgentRole.optional(),
            teams: Teams.optional(),
            active: z.boolean().default(true),
          }),
        )
        .max(1000)
        .refine(
          (agents) => new Set(agents.map(({ email }) => email)).size === agents.length,
          'every email may stand there once',
        ),
      deactivateMissing: z.boolean().default(false),
    }),
    status: 200,
    response: z.object({
      created: z.array(z.string()),
      updated: z.array(z.string()),
      deactivated: z.array(z.string()),
    }),
    errors: ['CONFLICT'],
  }),
  getAgent: route({
    summary: 'One agent',
    verb: 'GET',
    path: '/rest/v1/agents/{email}',
    auth: 'any',
    params: AgentByEmail,
    status: 200,
    response: AgentStatus,
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
