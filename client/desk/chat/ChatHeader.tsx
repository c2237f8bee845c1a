import type { Conversation } from '#protocol/conversation.ts';
import { isAnonymous, titleOf } from '../conversations/conversationOf.ts';
import { Face } from '../parts/Face.tsx';
import { Icon } from '../parts/Icon.tsx';
import { useFocusAfter } from '../parts/useFocusAfter.ts';
import { shortAddress } from '../person/person.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { AssignMenu } from './AssignMenu.tsx';
import type { OpenChat } from './OpenChat.ts';

export interface ChatHeaderProps {
  work: Workplace;
  chat: OpenChat;
  conversation: Conversation;
  personShown: boolean;
  onPerson(): void;
  onBack(): void;
}

export function ChatHeader({ work, chat, conversation, personShown, onPerson, onBack }: ChatHeaderProps) {
  const { chat: words } = texts;
  const { present, person, status } = conversation;
  const info = useFocusAfter<HTMLButtonElement>(personShown);
  const title = titleOf(conversation);
  const done = status === 'DONE';
  const where = present ? shortAddress(present.url) : isAnonymous(conversation) ? words.anonymous : person.email;
  return (
    <header class="chat-head">
      <button
        type="button"
        class="bare to-list"
        data-test="back"
        aria-label={words.back}
        title={words.back}
        onClick={onBack}
      >
        <Icon name="back" />
      </button>
      <Face name={title} {...(present && { state: present.state, says: words.here })} />
      <div class="chat-who">
        <h2 id="chat-name">
          <span>{title}</span>
          {person.verified && (
            <span class="verified-mark" title={words.verified}>
              <Icon name="shield" />
              <span class="unseen">{words.verified}</span>
            </span>
          )}
        </h2>
        <p class="soft">{where && where !== title ? where : words.status[status]}</p>
      </div>
      {present && work.cobrowse.enabled.value && (
        <button
          type="button"
          class="bare"
          data-test="chat-cobrowse"
          disabled={work.cobrowse.busy.value}
          aria-label={texts.cobrowse.askFor(title)}
          title={work.cobrowse.busy.value ? texts.cobrowse.agentBusy : texts.cobrowse.askFor(title)}
          onClick={() => work.cobrowse.open(present.visitorId)}
        >
          <Icon name="eye" />
        </button>
      )}
      <AssignMenu work={work} chat={chat} conversation={conversation} />
      {!done && (
        <button
          type="button"
          class="bare"
          data-test="mark-unread"
          aria-label={words.markUnread}
          title={words.markUnread}
          onClick={() => void work.chat.setStatus(chat, 'UNREAD')}
        >
          <Icon name="unread" />
        </button>
      )}
      <button
        type="button"
        class={`status ${done ? '' : 'main'}`}
        data-test={done ? 'reopen' : 'done'}
        title={done ? words.reopen : words.done}
        onClick={() => void work.chat.setStatus(chat, done ? 'UNRESOLVED' : 'DONE')}
      >
        <Icon name={done ? 'undo' : 'check'} />
        <span>{done ? words.reopen : words.done}</span>
      </button>
      <button
        type="button"
        class="bare to-person"
        ref={info}
        data-test="show-person"
        aria-label={words.details}
        aria-expanded={personShown}
        title={words.details}
        onClick={onPerson}
      >
        <Icon name="info" />
      </button>
    </header>
  );
}
