import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/Icon.tsx';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { ConversationRow } from './ConversationRow.tsx';
import type { ConversationStore } from './ConversationStore.ts';
import { ListHead } from './ListHead.tsx';

export function ConversationList({ work }: { work: Workplace }) {
  const list = work.conversations;
  const rows = list.rows.value;
  const waiting = list.waiting.value;
  const root = useRef<HTMLElement>(null);
  // Under a pointer or the focus nothing moves; a finger comes and goes with its tap.
  const hold = (event: PointerEvent) => {
    if (event.pointerType === 'mouse') list.held.value = true;
  };
  const letGo = () => {
    list.held.value = root.current?.querySelector('.rows :focus-visible') != null;
  };
  useEffect(
    () => () => {
      list.held.value = false;
    },
    [list],
  );
  return (
    <section
      class="conversation-list"
      ref={root}
      aria-labelledby="list-title"
      onPointerEnter={hold}
      onPointerLeave={letGo}
    >
      <ListHead list={list} />
      {waiting > 0 && (
        <button type="button" class="waiting" data-test="waiting" onClick={() => list.settle()}>
          <Icon name="up" />
          {texts.chat.waiting(waiting)}
        </button>
      )}
      {rows.length > 0 ? (
        <ul
          class="rows"
          data-test="conversations"
          onFocusIn={(event) => {
            if ((event.target as Element).matches(':focus-visible')) list.held.value = true;
          }}
          onFocusOut={(event) => {
            const inside = event.currentTarget.contains(event.relatedTarget as Node | null);
            if (!inside) list.held.value = root.current?.matches(':hover') ?? false;
          }}
        >
          {rows.map((conversation) => (
            <ConversationRow key={conversation.id} work={work} conversation={conversation} />
          ))}
          {list.hasMore.value && <More list={list} />}
        </ul>
      ) : (
        <Empty list={list} />
      )}
    </section>
  );
}

/** Asked for when it comes into sight; also a button, for whoever has no sight of it. */
function More({ list }: { list: ConversationStore }) {
  const root = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!root.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && !list.failed.peek() && void list.more(),
    );
    observer.observe(root.current);
    return () => observer.disconnect();
  }, [list.rows.value.length]);
  return (
    <li class="more" ref={root}>
      <button type="button" onClick={() => void list.more()}>
        {list.loading.value ? texts.chat.loading : texts.chat.more}
      </button>
    </li>
  );
}

function Empty({ list }: { list: ConversationStore }) {
  const { none, loading, clear } = texts.chat;
  if (list.search.value) {
    return (
      <div class="empty" data-test="no-conversation">
        <p>{none.search(list.search.value)}</p>
        <button type="button" onClick={() => list.find('')}>
          {clear}
        </button>
      </div>
    );
  }
  const text = list.work.value === 'done' ? none.done : none[list.filter.value];
  return (
    <div class="empty" data-test="no-conversation" role="status">
      <p>{list.loaded.value ? text : list.failed.value ? texts.failed : loading}</p>
      {list.failed.value && (
        <button type="button" onClick={() => void list.more()}>
          {texts.spent.again}
        </button>
      )}
    </div>
  );
}
