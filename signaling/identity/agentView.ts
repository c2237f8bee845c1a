import type { Agent, AgentStatus } from '#protocol/identity.ts';
import type { AgentPresence } from '#signaling/presence/AgentPresence.ts';
import type { AgentRecord } from '#signaling/store/Store.ts';

/** The agent without what the server keeps for itself. */
export const publicAgent = ({ id, email, name, role, active, teams, availability }: Agent): Agent => ({
  id,
  email,
  name,
  role,
  active,
  teams,
  availability,
});

/** With whether the agent is there, and how busy. */
export const agentStatus = (
  agent: AgentRecord,
  presence: Pick<AgentPresence, 'statusOf' | 'openChatsOf'>,
): AgentStatus => ({
  ...publicAgent(agent),
  state: presence.statusOf(agent),
  openChats: presence.openChatsOf(agent.site, agent.email),
});
