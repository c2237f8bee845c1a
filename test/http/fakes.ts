import { CvError } from '#protocol/errors.ts';
import type { Agent, AgentStatus } from '#protocol/identity.ts';
import { AgentId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { defaultSiteSettings, type Site } from '#protocol/site.ts';
import type { Authenticator, RestHandlers } from '#signaling/http/RestHandlers.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';
import { conversation, fakeConversations } from './fakeConversations.ts';
import { fakeSettings } from './fakeSettings.ts';

export const demoSite: Site = { id: SiteId.parse('demo'), name: 'Demo', settings: defaultSiteSettings };

/** The only sites there are. */
export function siteLookup(...sites: readonly Site[]) {
  const get = (id: SiteId) => sites.find((site) => site.id === id);
  return { get, find: get, list: () => sites };
}

export const ann: Agent = {
  id: AgentId.parse(`a_${'A'.repeat(22)}`),
  email: 'ann@example.com',
  name: 'Ann',
  role: 'agent',
  active: true,
  teams: ['Sales'],
  availability: 'online',
};
const annRecord: AgentRecord = { ...ann, site: demoSite.id, passwordHash: 'scrypt$secret' };

const visitor: ActiveUser = {
  visitorId: VisitorId.parse(`v_${'V'.repeat(22)}`),
  labels: [],
  additionalTaggingData: { plan: { tier: 3 } },
  verified: false,
  url: 'https://shop.example/cart',
  title: 'Cart',
  since: '2026-01-01T00:00:00.000Z',
  state: 'active',
  screen: true,
  busy: false,
};

export const API_KEY = 'cvk_the-site-key';
export const USER_TOKEN = 'cvt_the-agent-token';
export const ADMIN_TOKEN = 'cvt_the-admin-token';

export const authenticator: Authenticator = {
  authenticate: async (secret) => {
    if (secret === API_KEY) return { kind: 'site', site: demoSite.id };
    if (secret !== USER_TOKEN && secret !== ADMIN_TOKEN) return undefined;
    const agent: AgentRecord = secret === USER_TOKEN ? annRecord : { ...annRecord, role: 'admin' };
    return { kind: 'agent', site: demoSite.id, agent, tokenId: TokenId.parse(`tk_${'T'.repeat(22)}`) };
  },
};

export const status: AgentStatus = { ...ann, state: 'online', openChats: 2 };

/** Answers what fits the contract; `only` replaces some. */
export function fakeHandlers(only: Partial<RestHandlers> = {}): RestHandlers {
  return {
    login: async ({ body }) => {
      if (body.password !== 'correct horse')
        throw new CvError('UNAUTHENTICATED', 'The email or the password is wrong.');
      return { token: USER_TOKEN, agent: { ...ann, email: body.email } };
    },
    logout: async () => undefined,
    issueToken: async ({ params }) => ({ token: USER_TOKEN, agent: { ...ann, email: params.email } }),
    revokeTokens: async () => undefined,
    listAgents: async ({ query }) => ({ items: [status].slice(0, query.limit) }),
    getAgent: async ({ params }) => ({ ...status, email: params.email }),
    createAgent: async ({ body }) => ({ ...ann, email: body.email, name: body.name, role: body.role }),
    updateAgent: async ({ params, body }) => ({ ...ann, email: params.email, name: body.name ?? ann.name }),
    syncAgents: async ({ body }) => ({
      created: body.agents.map(({ email }) => email),
      updated: [],
      deactivated: [],
    }),
    deleteAgent: async () => undefined,
    redeemAgentUrl: async () => ({ token: USER_TOKEN, agent: ann, conversationId: conversation.id }),
    listActiveUsers: async () => ({ items: [visitor] }),
    getActiveUser: async ({ params }) => {
      if (params.query !== visitor.visitorId) throw new CvError('NOT_FOUND', 'Nobody of that name is on the site now.');
      return visitor;
    },
    listCalls: async () => ({ items: [] }),
    createCobrowseUrl: async () => ({ url: 'https://desk.example/#code=x', expiresAt: '2026-01-01T00:05:00.000Z' }),
    listAudit: async () => ({ items: [] }),
    getSite: async () => demoSite,
    putSite: async ({ body }) => ({ ...demoSite, name: body.name ?? demoSite.name }),
    ...fakeConversations,
    ...fakeSettings,
    ...only,
  };
}
