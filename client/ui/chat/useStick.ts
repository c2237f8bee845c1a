import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../chat/ShownMessage.ts';

/** So near to the end somebody reads the newest, and so near to the beginning older ones are wanted; pixels. */
const NEAR = 48;

interface Place {
  /** At the end, and to stay there. */
  stuck: boolean;
  fromEnd: number;
  top: number;
  height: number;
  /** Of the first and of the last message. */
  first?: string | undefined;
  last?: string | undefined;
}

/**
 * Where a list of messages is scrolled to: at its end while the reader is there, else on what is being read, also
 * when older messages come above it.
 */
export function useStick(messages: readonly ShownMessage[], wantsEarlier: () => void) {
  const box = useRef<HTMLElement>(null);
  const at = useRef<Place>({ stuck: true, fromEnd: 0, top: 0, height: 0 }).current;
  const [atEnd, setAtEnd] = useState(true);

  const keep = () => {
    const list = box.current;
    if (!list) return;
    const { scrollHeight, scrollTop, clientHeight } = list;
    Object.assign(at, { fromEnd: scrollHeight - scrollTop, top: scrollTop, height: clientHeight });
  };
  const toEnd = () => {
    const list = box.current;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    at.stuck = true;
    keep();
    setAtEnd(true);
  };
  const onScroll = () => {
    const { top, height, stuck } = at;
    keep();
    // Not the reader: the list has another height now.
    if (stuck && height !== at.height) return toEnd();
    at.stuck = at.fromEnd - at.height < NEAR;
    setAtEnd(at.stuck);
    if (at.top < NEAR && at.top < top) wantsEarlier();
  };

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const first = messages[0]?.id;
    const newest = messages.at(-1);
    const wrote = newest?.own && newest.id !== at.last && !newest.seq;
    // Not at what was the end: scrolled, though its event is still to come.
    if ((at.stuck && at.fromEnd + at.top - list.scrollTop - list.clientHeight < NEAR) || wrote) toEnd();
    else if (at.first && first !== at.first) list.scrollTop = list.scrollHeight - at.fromEnd;
    at.first = first;
    at.last = newest?.id;
    keep();
  });

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    // The input grows, or a keyboard opens.
    const watch = new ResizeObserver(() => at.stuck && toEnd());
    watch.observe(list);
    const layer = list.closest('.layer') as HTMLElement;
    // It had to leave the document for a moment, and no scroll event told of it.
    layer.ontoggle = () => {
      if (at.stuck) toEnd();
      else list.scrollTop = list.scrollHeight - at.fromEnd;
    };
    return () => watch.disconnect();
  }, []);

  /** Begins at an element instead of the end, if both do not fit on the screen. */
  const beginAt = (element: HTMLElement) => {
    const list = box.current;
    if (!list || element.offsetTop >= list.scrollTop) return;
    list.scrollTop = element.offsetTop - 8;
    at.stuck = false;
    keep();
    setAtEnd(false);
  };

  return { box, atEnd, isAtEnd: () => at.stuck, toEnd, onScroll, beginAt };
}
