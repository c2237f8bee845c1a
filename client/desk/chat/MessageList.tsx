import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { titleOf } from '../conversations/conversationOf.ts';
import { dayLine, sameDay } from '../conversations/shortTime.ts';
import { Icon } from '../parts/Icon.tsx';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { MessageRow } from './MessageRow.tsx';
import { NoteRow } from './NoteRow.tsx';
import type { Entry, OpenChat } from './OpenChat.ts';

/** Close enough to the end to count as there, CSS pixels. */
const NEAR = 60;

const isNear = (list: HTMLElement) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
const idOf = (entry: Entry) => (entry.kind === 'message' ? entry.message.id : entry.note.id);

/** Stays at the end while one is there, and where one reads otherwise; what comes before pushes nothing away. */
export function MessageList({ work, chat }: { work: Workplace; chat: OpenChat }) {
  const root = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const former = useRef<{ ids: ReadonlySet<string>; first: string | undefined; height: number } | undefined>(undefined);
  const [fresh, setFresh] = useState(false);
  const [loading, setLoading] = useState(false);
  const entries = chat.entries.value;
  const conversation = chat.conversation.value;
  const { chat: words } = texts;
  const name = conversation ? titleOf(conversation) : words.visitor;

  useLayoutEffect(() => {
    const list = root.current;
    if (!list) return;
    const [first, last] = [entries[0], entries.at(-1)];
    const before = former.current;
    const own = last?.kind === 'note' ? last.note.agent === work.agent.email : last?.message.own;
    const added = last !== undefined && !before?.ids.has(idOf(last));
    // Scrolled up, though its event is still to come; and not only moved because the list has become shorter.
    if (list.scrollTop < lastTop.current && !isNear(list)) atEnd.current = false;
    if (atEnd.current || (added && own)) toEnd();
    else if (before && first && before.first !== idOf(first)) list.scrollTop += list.scrollHeight - before.height;
    else if (added) setFresh(true);
    former.current = { ids: new Set(entries.map(idOf)), first: first && idOf(first), height: list.scrollHeight };
    lastTop.current = list.scrollTop;
  }, [entries, chat.typing.value]);

  const look = () => {
    const list = root.current;
    if (!list) return;
    // Who has not scrolled up is where they were: a picture has loaded, and the list is taken to its end for it.
    if (isNear(list)) atEnd.current = true;
    else if (list.scrollTop < lastTop.current) atEnd.current = false;
    // Safari scrolls beyond the end for a moment; what springs back was not scrolled up.
    lastTop.current = Math.min(list.scrollTop, list.scrollHeight - list.clientHeight);
    if (atEnd.current) setFresh(false);
    if (atEnd.current && document.visibilityState === 'visible' && document.hasFocus()) chat.seen();
  };
  const toEnd = () => {
    const list = root.current;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    lastTop.current = list.scrollTop;
    atEnd.current = true;
  };
  useEffect(look, [entries, conversation, chat.state.value]);
  useEffect(() => {
    addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    // A picture that has loaded, or a keyboard that came up, moves the end away.
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    for (const element of [root.current, root.current?.firstElementChild]) if (element) observer.observe(element);
    return () => {
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
      observer.disconnect();
    };
  }, []);
  const earlier = async () => {
    setLoading(true);
    await chat.earlier().catch(() => {});
    setLoading(false);
  };

  return (
    <div class="messages-area">
      <div
        class="messages"
        ref={root}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard
        tabIndex={0}
        role="log"
        aria-label={words.messages}
        data-test="messages"
        onScroll={look}
      >
        <div class="messages-inner">
          {chat.hasEarlier.value && (
            <button type="button" class="earlier" data-test="earlier" disabled={loading} onClick={() => void earlier()}>
              {loading ? words.loading : words.earlier}
            </button>
          )}
          {entries.map((entry, index) => {
            const previous = entries[index - 1];
            const newDay = !previous || !sameDay(previous.at, entry.at);
            return (
              <Fragment key={idOf(entry)}>
                {newDay && (
                  <p class="day">
                    <span>{dayLine(entry.at, work.now.value)}</span>
                  </p>
                )}
                {entry.kind === 'note' ? (
                  <NoteRow work={work} chat={chat} note={entry.note} />
                ) : (
                  <MessageRow
                    chat={chat}
                    message={entry.message}
                    visitor={name}
                    follows={!newDay && follows(previous, entry)}
                  />
                )}
              </Fragment>
            );
          })}
          {chat.typing.value && (
            <p class="typing" data-test="typing">
              <span class="typing-dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {words.typing(name)}
            </p>
          )}
        </div>
      </div>
      {fresh && (
        <button type="button" class="to-end-button" data-test="new-messages" onClick={toEnd}>
          <Icon name="down" />
          {words.newMessages}
        </button>
      )}
    </div>
  );
}

const FOLLOWS_MS = 300_000;

/** Of the same author shortly after: no need to name the author again. */
function follows(previous: Entry | undefined, entry: Entry): boolean {
  if (previous?.kind !== 'message' || entry.kind !== 'message') return false;
  const same = JSON.stringify(previous.message.author) === JSON.stringify(entry.message.author);
  return same && entry.at - previous.at < FOLLOWS_MS;
}
