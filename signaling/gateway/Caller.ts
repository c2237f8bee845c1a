import type { MethodInput, MethodName, MethodOutput, MethodRole } from '#protocol/api.ts';
import type { Role } from '#protocol/contract.ts';
import type { AgentRole } from '#protocol/identity.ts';
import type { AgentId, SiteId, TabId, TokenId, VisitorId } from '#protocol/ids.ts';

/** Who stands behind a socket, settled at its handshake. */
export interface VisitorCaller {
  readonly role: 'visitor';
  readonly site: SiteId;
  readonly visitorId: VisitorId;
  readonly tab: TabId;
}

export interface AgentCaller {
  readonly role: 'agent';
  readonly site: SiteId;
  readonly agentId: AgentId;
  readonly email: string;
  /** As of now, whatever it was at the handshake; so it is with the teams. */
  readonly name: string;
  readonly agentRole: AgentRole;
  readonly teams: readonly string[];
  readonly tokenId: TokenId;
  readonly tab: TabId;
}

export type Caller = VisitorCaller | AgentCaller;

type CallerOf<R extends Role> = Extract<Caller, { role: R }>;

type Handler<M extends MethodName> = (
  caller: CallerOf<MethodRole<M>>,
  input: MethodInput<M>,
) => Promise<MethodOutput<M>> | MethodOutput<M>;

/** One handler for every method of the contract; a missing one does not compile. */
export type Handlers = { readonly [M in MethodName]: Handler<M> };
