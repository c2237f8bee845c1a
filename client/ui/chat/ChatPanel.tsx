import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../../chat/ChatView.ts';
import { load } from '../../core/load.ts';
import { Announcer } from './Announcer.tsx';
import type { Chat } from './Chat.ts';
import { ChatHeader, presenceOf } from './ChatHeader.tsx';
import { ChatIcon } from './ChatIcon.tsx';
import { Composer } from './Composer.tsx';
import type { ContactForm } from './contact/ContactForm.tsx';
import { MessageList } from './MessageList.tsx';
import type { ChatShare } from './share/ChatShare.tsx';
import { useFileDrop } from './useFileDrop.ts';
import { isSheet, useSheet } from './useSheet.ts';
import type { Words } from './Words.ts';

/** A connection that is back at once is not worth a word; milliseconds. */
const LOST_MS = 1500;

interface ChatPanelProps {
  chat: Chat;
  view: ChatView;
  words: Words;
  host: string;
  share: ChatShare | undefined;
}

export function ChatPanel({ chat, view, words, host, share }: ChatPanelProps) {
  const { texts } = words;
  const panel = useRef<HTMLElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const lost = useLost(!view.connected);
  const drop = useFileDrop(view.files ? (files) => chat.sendFiles(files) : undefined);
  const presence = presenceOf(view);
  const away = presence === 'absent' || presence === 'closed';
  const isEmpty = view.messages.length === 0 && !view.greeting;
  const [told, tell] = useState('');
  const Contact = useContactForm(view.asksContact && !!(view.contact ?? (away && view.messages.at(-1)?.own)));
  useSheet(() => panel.current);
  const makeWay = () => isSheet() && chat.close();

  const focus = () => {
    // On a phone the keyboard would cover what is to be read first.
    const target = matchMedia('(pointer: coarse)').matches ? panel.current : input.current;
    target?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    // A window that opens by itself, or again after a change of page, leaves the focus where it is.
    if (navigator.userActivation && !navigator.userActivation.isActive) return;
    focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    // The page's own shortcuts stay out of it.
    event.stopPropagation();
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    chat.close();
  };
  const stop = (event: Event) => event.stopPropagation();

  return (
    <section
      class={`panel card ${drop.over ? 'dropping' : ''}`}
      part="panel"
      data-cv="panel"
      role="dialog"
      aria-label={texts.title}
      tabIndex={-1}
      ref={panel}
      onKeyDown={onKeyDown}
      onKeyUp={stop}
      onKeyPress={stop}
      {...drop.handlers}
    >
      <ChatHeader presence={presence} words={words} close={() => chat.close()}>
        {share?.menu(makeWay)}
      </ChatHeader>
      {share?.notes(makeWay)}
      <p class={lost ? 'strip lost' : 'strip'} role="status" part="status" data-cv="status" dir="auto">
        {lost && <ChatIcon name="offline" />}
        {!lost && away && !isEmpty && <ChatIcon name="clock" />}
        {lost ? texts.disconnected : away && !isEmpty && texts.laterAnswer}
      </p>
      <MessageList chat={chat} view={view} words={words} host={host} empty={away ? texts.away : texts.welcome}>
        {Contact && (
          <Contact key="contact" chat={chat} view={view} words={words} away={away} tell={tell} onDone={focus} />
        )}
      </MessageList>
      <Composer chat={chat} view={view} words={words} input={input} />
      <Announcer messages={view.messages} ready={view.loaded} words={words}>
        {told}
      </Announcer>
      {drop.over && <p class="drop">{texts.drop}</p>}
    </section>
  );
}

/** Few are asked: loads for those. */
function useContactForm(asked: boolean) {
  const [form, setForm] = useState<typeof ContactForm>();
  useEffect(() => {
    if (asked) {
      load(() => import('./contact/ContactForm.tsx')).then(
        (loaded) => setForm(() => loaded.ContactForm),
        () => {},
      );
    }
  }, [asked]);
  return form;
}

function useLost(now: boolean): boolean {
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (!now) return setLost(false);
    const timer = setTimeout(() => setLost(true), LOST_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return lost && now;
}
