import type { Conversation } from '#protocol/conversation.ts';
import { Face } from '../parts/Face.tsx';
import { Icon } from '../parts/Icon.tsx';
import { initialsOf } from '../person/person.ts';
import { hrefOf } from '../Router.ts';
import { locale, texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { isAnonymous, lastLine, titleOf } from './conversationOf.ts';
import { shortTime } from './shortTime.ts';

export function ConversationRow({ work, conversation }: { work: Workplace; conversation: Conversation }) {
  const { id, status, unread, assignee, team, person, present, updatedAt, lastMessage } = conversation;
  const { chat } = texts;
  const route = work.router.route.value;
  const chosen = route.view === 'conversations' && route.conversation === id;
  const owner = assignee ? work.agents.nameOf(assignee) : team;
  const title = titleOf(conversation);
  const at = lastMessage?.at ?? updatedAt;
  return (
    <li>
      <a
        href={hrefOf({ view: 'conversations', conversation: id })}
        class="row"
        data-test="conversation"
        data-conversation={id}
        data-status={status}
        aria-current={chosen ? 'true' : undefined}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          work.router.go({ view: 'conversations', conversation: id });
        }}
      >
        <Face name={title} {...(present && { state: present.state, says: chat.here })} />
        <span class="line">
          <span class="row-name">
            <b>{title}</b>
            {person.verified && (
              <span class="verified-mark" title={chat.verified}>
                <Icon name="shield" />
                <span class="unseen">{chat.verified}</span>
              </span>
            )}
          </span>
          <time dateTime={at} title={new Date(at).toLocaleString(locale)}>
            {shortTime(at, work.now.value)}
          </time>
        </span>
        <span class="line">
          <span class="last">
            {isAnonymous(conversation) && <span class="unseen">{chat.anonymous}. </span>}
            {lastLine(conversation)}
          </span>
          {status === 'UNREAD' && (
            <b class="count" data-test="unread" title={chat.unread(unread)}>
              <span aria-hidden="true">{unread || '•'}</span>
              <span class="unseen">{unread ? chat.unread(unread) : chat.status.UNREAD}</span>
            </b>
          )}
          {owner && (
            <span class={`owner ${assignee === work.agent.email ? 'own' : ''}`} title={chat.assignedTo(owner)}>
              <span aria-hidden="true">{initialsOf(owner)}</span>
              <span class="unseen">{chat.assignedTo(owner)}</span>
            </span>
          )}
        </span>
      </a>
    </li>
  );
}
