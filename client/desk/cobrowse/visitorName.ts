import { titleOf } from '../conversations/conversationOf.ts';
import { friendlyTag } from '../person/friendlyTag.ts';
import { nameOf } from '../person/person.ts';
import type { Workplace } from '../Workplace.ts';

/** What the desk calls somebody of whom a session tells the visitor id alone. */
export function visitorName({ visitors, conversations }: Workplace, visitorId: string): string {
  const user = visitors.users.value?.find((one) => one.visitorId === visitorId);
  if (user && nameOf(user)) return nameOf(user);
  const conversation = conversations.ofVisitor(visitorId);
  return conversation ? titleOf(conversation) : friendlyTag(visitorId);
}
