import type { AgentId, AuditId, CallId, CustomerId, SiteId, TokenId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { defaultSiteSettings, type Site } from '#protocol/site.ts';
import type { AgentRecord, AuditRecord, CallRecord, CustomerRecord, TokenRecord } from '#signaling/store/Store.ts';

/** Records with all that is required and nothing else; a test adds what it is about. */

export const acme = 'acme' as SiteId;
export const other = 'other' as SiteId;

export const newVisitorId = () => newId<VisitorId>('v');

export const aSite = (id: SiteId = acme): Site => ({ id, name: `Site ${id}`, settings: defaultSiteSettings });

export function anAgent(more: Partial<AgentRecord> = {}): AgentRecord {
  const id = newId<AgentId>('a');
  const email = `${id.toLowerCase()}@agents.example`;
  return {
    site: acme,
    id,
    email,
    name: 'Ann',
    role: 'agent',
    active: true,
    teams: [],
    availability: 'online',
    ...more,
  };
}

export function aToken(agent: AgentRecord, more: Partial<TokenRecord> = {}): TokenRecord {
  const id = newId<TokenId>('tk');
  return { site: agent.site, id, agentId: agent.id, hash: `hash of ${id}`, createdAt: 1_764_000_000_000, ...more };
}

export function aCustomer(more: Partial<CustomerRecord> = {}): CustomerRecord {
  return {
    site: acme,
    customerId: newId<CustomerId>('cu'),
    labels: [],
    additionalTaggingData: {},
    verified: false,
    tagged: true,
    createdAt: 1_764_000_000_000,
    updatedAt: 1_764_000_000_001,
    ...more,
  };
}

export function aCall(more: Partial<CallRecord> = {}): CallRecord {
  return {
    site: acme,
    id: newId<CallId>('c'),
    kind: 'screen',
    state: 'ringing',
    visitorId: newVisitorId(),
    agentId: newId<AgentId>('a'),
    agentEmail: 'ann@agents.example',
    agentName: 'Ann',
    startedAt: 1_764_000_000_000,
    ...more,
  };
}

export function anEntry(more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    site: acme,
    id: newId<AuditId>('au'),
    at: 1_764_000_000_000,
    actor: 'system',
    action: 'call.started',
    subject: 'c_1',
    detail: {},
    ...more,
  };
}
