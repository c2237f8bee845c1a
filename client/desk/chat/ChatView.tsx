import { useState } from 'preact/hooks';
import { Icon } from '../parts/Icon.tsx';
import { failureOf } from '../texts/failure.ts';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { ChatHeader } from './ChatHeader.tsx';
import { Composer } from './Composer.tsx';
import { MessageList } from './MessageList.tsx';
import type { OpenChat } from './OpenChat.ts';

export interface ChatViewProps {
  work: Workplace;
  chat: OpenChat;
  personShown: boolean;
  onPerson(): void;
  onBack(): void;
}

export function ChatView({ work, chat, personShown, onPerson, onBack }: ChatViewProps) {
  const [dropping, setDropping] = useState(false);
  const trouble = chat.trouble.value;
  const conversation = chat.conversation.value;
  const closed = chat.state.value === 'closed' || (chat.error.value !== undefined && !conversation);
  if (closed) return <Gone chat={chat} onBack={onBack} />;
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  return (
    <section
      class="chat"
      data-test="chat"
      data-state={chat.state.value}
      aria-labelledby="chat-name"
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setDropping(false);
        chat.sendFiles(event.dataTransfer?.files ?? []);
      }}
    >
      {conversation ? (
        <ChatHeader
          work={work}
          chat={chat}
          conversation={conversation}
          personShown={personShown}
          onPerson={onPerson}
          onBack={onBack}
        />
      ) : (
        <header class="chat-head">
          <h2 id="chat-name">{texts.chat.loading}</h2>
        </header>
      )}
      <MessageList work={work} chat={chat} />
      <p class="trouble" role="alert">
        {trouble && (
          <>
            <span data-test="trouble">{trouble === 'NOTE_WITH_FILES' ? texts.chat.noteFiles : failureOf(trouble)}</span>
            <button
              type="button"
              class="bare"
              aria-label={texts.chat.close}
              onClick={() => {
                chat.trouble.value = undefined;
              }}
            >
              <Icon name="close" />
            </button>
          </>
        )}
      </p>
      <Composer work={work} chat={chat} />
      {dropping && <div class="drop-here">{chat.noting.value ? texts.chat.noteFiles : texts.chat.drop}</div>}
    </section>
  );
}

function Gone({ chat, onBack }: { chat: OpenChat; onBack(): void }) {
  const lost = chat.error.value === undefined || chat.error.value === 'NOT_FOUND';
  return (
    <section class="chat nothing-chosen" data-test="chat-gone">
      <h2>{lost ? texts.chat.gone : texts.chat.unreachable}</h2>
      <p class="soft">{lost ? texts.chat.goneText : failureOf(chat.error.value ?? 'INTERNAL')}</p>
      <button type="button" onClick={onBack}>
        {texts.chat.back}
      </button>
    </section>
  );
}
