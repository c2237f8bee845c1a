import { useRef } from 'preact/hooks';
import type { ChatView } from '../../chat/ChatView.ts';

/**
 * The message above which the line for new ones stands: the first that was unread when the window opened, or that
 * came while the reader was elsewhere. It stays until the visitor writes.
 */
export function useUnreadFrom(view: ChatView, atEnd: boolean): string | undefined {
  const from = useRef<string | undefined>(undefined);
  const known = useRef(false);
  const answered = useRef<string | undefined>(undefined);
  const own = view.messages.filter((message) => message.own).at(-1)?.id;
  if (!view.loaded) return undefined;
  const away = !known.current || !atEnd || document.visibilityState === 'hidden';
  if (known.current && own !== answered.current) from.current = undefined;
  else if (away && from.current === undefined) from.current = firstUnread(view);
  known.current = true;
  answered.current = own;
  return from.current;
}

function firstUnread({ messages, unread, greeting }: ChatView): string | undefined {
  const count = unread - (greeting ? 1 : 0);
  return count > 0 ? messages.filter((message) => !message.own).at(-count)?.id : undefined;
}
