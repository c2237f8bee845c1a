import { CvError } from '#protocol/errors.ts';
import type { MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { RestCaller, RestHandlers } from '#signaling/http/RestHandlers.ts';
import { actorOf } from '#signaling/identity/actorOf.ts';
import { viewerOf } from '#signaling/presence/Visitor.ts';
import type { Store } from '#signaling/store/Store.ts';
import type { ConversationService, Sender } from './ConversationService.ts';
import type { Files } from './Files.ts';
import { messageView } from './views.ts';

type ConversationRoutes =
  | 'listConversations'
  | 'getConversation'
  | 'listMessages'
  | 'sendMessage'
  | 'setConversationStatus'
  | 'assignConversation';

type Caller = Exclude<RestCaller, { kind: 'none' }>;

export function conversationRoutes(
  agentSide: ConversationService,
  store: Pick<Store, 'agents'>,
  files: Pick<Files, 'view'>,
): Pick<RestHandlers, ConversationRoutes> {
  /** As the token's agent; an API key speaks for the agent that it names, else for the site. */
  const senderOf = async (caller: Caller, named: string | undefined): Promise<Sender> => {
    if (caller.kind === 'agent' && named !== undefined && named !== caller.agent.email) {
      throw new CvError('FORBIDDEN', 'A user token writes as its own agent only.');
    }
    if (caller.kind === 'site' && named === undefined) return { author: { kind: 'site' }, uploader: 'site' };
    const agent = caller.kind === 'agent' ? caller.agent : await store.agents.findByEmail(caller.site, named ?? '');
    if (!agent?.active) throw new CvError('NOT_FOUND', `The site has no active agent ${named}.`);
    const { email, name, role, teams } = agent;
    const writesFor = caller.kind === 'site' ? { email, agentRole: role, teams } : undefined;
    return { author: { kind: 'agent', email, name }, uploader: `agent:${email}`, writesFor };
  };
  return {
    listConversations: ({ caller, query: { since, status, ...query } }) =>
      agentSide.list(caller.site, viewerOf(caller), {
        ...query,
        since: since === undefined ? undefined : Date.parse(since),
        status: status && [status],
      }),
    getConversation: ({ caller, params }) => agentSide.get(caller.site, viewerOf(caller), params.conversationId),
    listMessages: ({ caller, params, query }) =>
      agentSide.history(caller.site, viewerOf(caller), params.conversationId, query),
    sendMessage: async ({ caller, params, body }) => {
      const viewer = viewerOf(caller);
      const sender = await senderOf(caller, body.agent);
      const draft = { id: body.id ?? newId<MessageId>('m'), text: body.text };
      return messageView(await agentSide.send(caller.site, viewer, sender, params.conversationId, draft), files);
    },
    setConversationStatus: ({ caller, params, body }) =>
      agentSide.setStatus(caller.site, viewerOf(caller), params.conversationId, body.status),
    assignConversation: ({ caller, params, body }) =>
      agentSide.assign(caller.site, viewerOf(caller), actorOf(caller), params.conversationId, body),
  };
}
