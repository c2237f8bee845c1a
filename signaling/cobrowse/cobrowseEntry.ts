import type { CobrowseEntry } from '#protocol/cobrowse.ts';
import type { CobrowseRecord } from '#signaling/store/Store.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

/** A session as webhooks and a person's export tell it. */
export const cobrowseEntry = (record: CobrowseRecord): CobrowseEntry => ({
  id: record.id,
  state: record.state,
  reason: record.reason,
  visitorId: record.visitorId,
  startedBy: record.startedBy,
  agent: { email: record.agentEmail, name: record.agentName },
  startedAt: new Date(record.startedAt).toISOString(),
  consentedAt: iso(record.consentedAt),
  activeAt: iso(record.activeAt),
  endedAt: iso(record.endedAt),
});
