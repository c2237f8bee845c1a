import type { ActiveUser } from '#protocol/presence.ts';
import type { ConversationStore } from '../conversations/ConversationStore.ts';
import { titleOf } from '../conversations/conversationOf.ts';
import type { VisitorStore } from '../visitors/VisitorStore.ts';
import { friendlyTag } from './friendlyTag.ts';
import { nameOf } from './person.ts';

/** Who is known, as the desk’s workplace has it. */
interface Knowing {
  visitors: Pick<VisitorStore, 'users'>;
  conversations: Pick<ConversationStore, 'ofVisitor'>;
}

/** What the desk calls a visitor, wherever it does: as tagged, else by the made-up name of the conversation. */
export function visitorName(
  { visitors, conversations }: Knowing,
  visitorId: string,
  user: ActiveUser | undefined = visitors.users.value?.find((one) => one.visitorId === visitorId),
): string {
  if (user && nameOf(user)) return nameOf(user);
  const conversation = conversations.ofVisitor(visitorId);
  return conversation ? titleOf(conversation) : friendlyTag(visitorId);
}
