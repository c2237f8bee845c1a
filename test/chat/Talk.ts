import type { EventName, EventPayload } from '#protocol/api.ts';
import type { Message } from '#protocol/chat.ts';
import type { ConversationId, MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { AgentCaller, VisitorCaller } from '#signaling/gateway/Caller.ts';
import type { HouseSocket } from '#test/support/HouseSocket.ts';
import { until } from '#test/support/until.ts';

export const messageId = () => newId<MessageId>('m');
export const draft = (text: string) => ({ id: messageId(), text });

/** The visitor writes. */
export const say = (visitor: HouseSocket<VisitorCaller>, text: string) =>
  visitor.request('chat.send', { message: draft(text) });

/** The agent writes. */
export const reply = (agent: HouseSocket<AgentCaller>, conversationId: ConversationId, text: string) =>
  agent.request('conversation.send', { conversationId, message: draft(text) });

/** What a page was told of new messages, in the order in which it was told. */
export const told = (socket: HouseSocket): Message[] => socket.all('chat.message').map(({ message }) => message);

export const seqsAndTexts = (messages: readonly Pick<Message, 'seq' | 'text'>[]): string[] =>
  messages.map(({ seq, text }) => `${seq} ${text}`);

/** Waits for an event that fits, already heard or still to come. */
export function heard<E extends EventName>(
  socket: HouseSocket,
  event: E,
  fits: (payload: EventPayload<E>) => boolean = () => true,
): Promise<EventPayload<E>> {
  return until(() => {
    const found = socket.all(event).find(fits);
    if (!found) throw new Error(`${event} was not heard`);
    return found;
  });
}
