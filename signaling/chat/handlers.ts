import type { Handlers } from '#signaling/gateway/Caller.ts';
import type { Chat } from './createChat.ts';
import { sentView } from './views.ts';

type ChatMethods =
  | 'chat.send'
  | 'chat.history'
  | 'chat.receipt'
  | 'chat.typing'
  | 'conversation.list'
  | 'conversation.watch'
  | 'conversation.open'
  | 'conversation.close'
  | 'conversation.history'
  | 'conversation.send'
  | 'conversation.receipt'
  | 'conversation.typing'
  | 'conversation.status'
  | 'conversation.assign';

export function chatHandlers({ visitorSide, agentSide, access, feed }: Chat): Pick<Handlers, ChatMethods> {
  return {
    'chat.send': (visitor, { message, greeting }) => visitorSide.send(visitor, message, greeting),
    'chat.history': (visitor, range) => visitorSide.history(visitor, range),
    'chat.receipt': async (visitor, upTo) => {
      await visitorSide.receipt(visitor, upTo);
      return {};
    },
    'chat.typing': (visitor, { on }) => {
      visitorSide.typing(visitor, on);
      return {};
    },
    'conversation.list': (agent, options) => agentSide.listFor(agent, options),
    'conversation.watch': (agent, { on }) => {
      feed.watch(agent, on);
      return {};
    },
    'conversation.open': (agent, { conversationId, limit }) => agentSide.open(agent, conversationId, limit),
    'conversation.close': (agent, { conversationId }) => {
      access.close(agent, conversationId);
      return {};
    },
    'conversation.history': (agent, { conversationId, ...range }) =>
      agentSide.history(agent.site, agent, conversationId, range),
    'conversation.send': async (agent, { conversationId, message }) => {
      const { site, email, name } = agent;
      const sender = { author: { kind: 'agent' as const, email, name }, uploader: `agent:${email}` };
      return sentView(await agentSide.send(site, agent, sender, conversationId, message));
    },
    'conversation.receipt': async (agent, { conversationId, ...upTo }) => {
      await agentSide.receipt(agent, conversationId, upTo);
      return {};
    },
    'conversation.typing': async (agent, { conversationId, on }) => {
      await agentSide.typing(agent, conversationId, on);
      return {};
    },
    'conversation.status': async (agent, { conversationId, status }) => ({
      conversation: await agentSide.setStatus(agent.site, agent, conversationId, status),
    }),
    'conversation.assign': async (agent, { conversationId, assignment }) => ({
      conversation: await agentSide.assign(agent.site, agent, `agent:${agent.email}`, conversationId, assignment),
    }),
  };
}
