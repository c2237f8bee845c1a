import type { AnswerCache, Topic } from './http/AnswerCache.ts';
import type { AgentPresence } from './presence/AgentPresence.ts';
import type { PresenceService } from './presence/PresenceService.ts';
import type { OnWrite, StorePart } from './store/watchWrites.ts';

/** What a write to a part of the store can change of the answers that are kept; nothing if undefined. */
const changes: Readonly<Record<StorePart, Topic | 'all' | undefined>> = {
  sites: 'all',
  // Also what each agent may see.
  agents: 'all',
  customers: 'people',
  chat: 'chats',
  tokens: undefined,
  links: undefined,
  rules: undefined,
  webhooks: undefined,
  idempotency: undefined,
  calls: undefined,
  cobrowses: undefined,
  audit: undefined,
};

export const writesFor =
  (answers: AnswerCache): OnWrite =>
  (part, site) => {
    const topic = changes[part];
    if (topic) answers.touch(site, topic);
  };

/** What is known in memory alone. */
export function watchPresence(answers: AnswerCache, presence: PresenceService, agents: AgentPresence): void {
  agents.on('changed', (site) => answers.touch(site, 'agents'));
  presence.on('changed', ({ site, customerId }) => {
    // Who has never been anybody is in no answer.
    if (customerId !== undefined) answers.touch(site, 'presence');
  });
}
