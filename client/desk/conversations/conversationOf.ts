import type { Conversation } from '#protocol/conversation.ts';
import { plainName, unturned } from '../../ui/plainName.ts';
import { friendlyTag } from '../person/friendlyTag.ts';
import { nameOf } from '../person/person.ts';
import { texts } from '../texts/texts.ts';

/** What agents call the person: as tagged, or a made-up name that stays the same. */
export const titleOf = ({ person, customerId }: Conversation): string => nameOf(person) || friendlyTag(customerId);

export const isAnonymous = ({ person }: Conversation): boolean => nameOf(person) === '';

/** Whether every word of the search is found in what is known of the conversation. */
export function matchesConversation(one: Conversation, search: string): boolean {
  const { person, lastMessage, assignee, team, present } = one;
  const { labels, additionalTaggingData, ...named } = person;
  const known = [titleOf(one), Object.values(named), labels, additionalTaggingData, lastMessage?.text, assignee, team];
  const text = JSON.stringify([known, present?.url, present?.title]).toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The newest message in one line. */
export function lastLine({ lastMessage }: Conversation): string {
  if (!lastMessage) return texts.chat.nothingYet;
  const { text, file, author } = lastMessage;
  const line = unturned(text).replace(/\s+/g, ' ').trim() || `📎 ${plainName(file ?? '')}`;
  return author.kind !== 'visitor' ? `${texts.chat.weWrote} ${line}` : line;
}
