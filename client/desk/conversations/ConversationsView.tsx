import { useSignal } from '@preact/signals';
import { ChatView } from '../chat/ChatView.tsx';
import { PersonPanel } from '../person/PersonPanel.tsx';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { ConversationList } from './ConversationList.tsx';
import { useListKeys } from './useListKeys.ts';

/** List, chat and person: beside each other where there is room, else one after the other. */
export function ConversationsView({ work }: { work: Workplace }) {
  const chat = work.chat.open.value;
  /** Of which conversation, where there is no room for both. */
  const personOf = useSignal<string | undefined>(undefined);
  const person = chat !== undefined && personOf.value === chat.id;
  const conversation = chat?.conversation.value;
  useListKeys(work, personOf);
  return (
    <div class="workplace">
      <div class={`conversations ${chat ? 'with-chat' : ''} ${person ? 'with-person' : ''}`}>
        <ConversationList work={work} />
        {chat ? (
          <ChatView
            key={chat.id}
            work={work}
            chat={chat}
            personShown={person}
            onPerson={() => {
              personOf.value = person ? undefined : chat.id;
            }}
            onBack={() => work.router.go({ view: 'conversations' })}
          />
        ) : (
          <div class="nothing-chosen">
            <h2>{texts.chat.choose}</h2>
            <p class="soft">{texts.chat.chooseHelp}</p>
          </div>
        )}
        {conversation && (
          <PersonPanel
            key={conversation.customerId}
            work={work}
            conversation={conversation}
            shown={person}
            onClose={() => {
              personOf.value = undefined;
            }}
          />
        )}
      </div>
    </div>
  );
}
