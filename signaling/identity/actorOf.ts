import type { RestCaller } from '#signaling/http/RestHandlers.ts';

/** As the audit log names who sent a REST request. */
export const actorOf = (caller: Exclude<RestCaller, { kind: 'none' }>): string =>
  caller.kind === 'site' ? 'site' : `agent:${caller.agent.email}`;
