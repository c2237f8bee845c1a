import type { AgentId, CobrowseId, SiteId, VisitorId } from '#protocol/ids.ts';

/** Who may send and read what a shared page is made of. */
export interface AssetAccess {
  /** Whether this visitor shares in this session now, having consented. */
  shares(site: SiteId, session: CobrowseId, visitor: VisitorId): boolean;
  /** Whether this agent watches it now. */
  watches(site: SiteId, session: CobrowseId, agent: AgentId): boolean;
}
