import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { SiteStates } from './SiteStates.ts';

export function rulesHandlers(states: SiteStates): Pick<Handlers, 'site.state'> {
  return { 'site.state': (visitor) => states.of(visitor.site) };
}
