import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../../chat/ChatView.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import type { Chat } from './Chat.ts';
import { ChatIcon } from './ChatIcon.tsx';
import { MessageRow } from './MessageRow.tsx';
import { timeline } from './timeline.ts';
import { useStick } from './useStick.ts';
import { useUnreadFrom } from './useUnreadFrom.ts';
import type { Words } from './Words.ts';

interface Props {
  chat: Chat;
  view: ChatView;
  words: Words;
  host: string;
  /** Stands in the empty conversation. */
  empty: string;
  /** Stands below the newest message of one's own: what is answered comes below it. */
  children?: ComponentChildren;
}

const GREETING = 'greeting';

export function MessageList({ chat, view, words, host, empty, children }: Props) {
  const { texts } = words;
  const [opened] = useState(() => Date.now());
  const messages = useMemo(
    () => (view.greeting ? [...view.messages, greetingOf(view.greeting, opened)] : view.messages),
    [view.messages, view.greeting],
  );
  const [loading, setLoading] = useState(false);
  const running = useRef(false);
  const earlier = async () => {
    if (running.current || !chat.view.hasEarlier) return;
    running.current = true;
    setLoading(true);
    await chat.earlier().catch(() => {});
    running.current = false;
    setLoading(false);
  };
  const { box, atEnd, isAtEnd, toEnd, onScroll, beginAt } = useStick(messages, earlier);
  const unreadFrom = useUnreadFrom(view, atEnd);
  const line = useRef<HTMLLIElement>(null);
  const entries = useMemo(() => timeline(messages, unreadFrom), [messages, unreadFrom]);
  const newest = messages.at(-1)?.id;

  useLayoutEffect(() => {
    if (unreadFrom && line.current && atEnd) beginAt(line.current);
  }, [unreadFrom]);
  useEffect(() => {
    if (isAtEnd() && newest) chat.seen();
    // Also what came above one's own that waits or failed, and the greeting that was just answered.
  }, [atEnd, newest, view.unread]);

  const rows: ComponentChildren[] = entries.map((entry) => {
    if (entry.kind === 'day') {
      return (
        <li class="rule" key={entry.key}>
          <span dir="auto">{words.day(entry.at)}</span>
        </li>
      );
    }
    if (entry.kind === 'unread') {
      return (
        <li class="rule fresh" key={entry.key} data-cv="unread-line" ref={line}>
          <span>{texts.newMessages}</span>
        </li>
      );
    }
    const maxBytes = view.files?.maxBytes;
    return <MessageRow key={entry.key} entry={entry} chat={chat} words={words} host={host} maxBytes={maxBytes} />;
  });
  const mine = entries.map((entry) => entry.kind === 'message' && entry.message.own).lastIndexOf(true);
  rows.splice(mine + 1, 0, children);

  return (
    <div class="history">
      <section
        class="scroller"
        part="messages"
        data-cv="messages"
        aria-label={texts.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={box}
        onScroll={onScroll}
      >
        {view.hasEarlier && (
          <button type="button" class="word earlier" data-cv="earlier" aria-disabled={loading} onClick={earlier}>
            {loading ? texts.loading : texts.earlier}
          </button>
        )}
        {entries.length === 0 && view.loaded && (
          <p class="empty" data-cv="empty" dir="auto">
            {empty}
          </p>
        )}
        <ol>{rows}</ol>
      </section>
      {!atEnd && (
        <button
          type="button"
          class={`btn jump ${view.unread > 0 ? 'fresh' : ''}`}
          data-cv="jump"
          aria-label={texts.newMessages}
          title={texts.newMessages}
          onClick={toEnd}
        >
          {view.unread > 0 && <span>{texts.newMessages}</span>}
          <ChatIcon name="down" />
        </button>
      )}
    </div>
  );
}

const greetingOf = (text: string, at: number): ShownMessage => ({
  id: GREETING,
  at,
  author: { kind: 'site' },
  own: false,
  text,
  state: 'sent',
});
