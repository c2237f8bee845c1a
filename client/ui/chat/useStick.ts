import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../chat/ShownMessage.ts';

/** So near to the end somebody reads the newest, and so near to the beginning older ones are wanted; pixels. */
const NEAR = 48;

/**
 * Where a list of messages is scrolled to: at its end while the reader is there, else on what is being read, also
 * when older messages come above it.
 */
export function useStick(messages: readonly ShownMessage[], wantsEarlier: () => void) {
  const box = useRef<HTMLElement>(null);
  const place = useRef({ stuck: true, fromEnd: 0, top: 0, height: 0, first: '', last: '' });
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = () => {
    const list = box.current;
    if (!list) return;
    list.scrollTop = list.scrollHeight;
    place.current.stuck = true;
    setAtEnd(true);
  };
  const keep = () => {
    const list = box.current;
    if (!list) return;
    const { scrollHeight, scrollTop, clientHeight } = list;
    Object.assign(place.current, { fromEnd: scrollHeight - scrollTop, top: scrollTop, height: clientHeight });
  };
  const onScroll = () => {
    const list = box.current;
    if (!list) return;
    const { top: before, height, stuck: wasStuck } = place.current;
    // Not the reader: the list has another height now.
    if (wasStuck && height !== list.clientHeight) {
      toEnd();
      keep();
      return;
    }
    const stuck = list.scrollHeight - list.clientHeight - list.scrollTop < NEAR;
    place.current.stuck = stuck;
    keep();
    setAtEnd(stuck);
    if (list.scrollTop < NEAR && list.scrollTop < before) wantsEarlier();
  };

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const at = place.current;
    const first = messages[0]?.id ?? '';
    const newest = messages.at(-1);
    const wrote = newest?.own === true && newest.id !== at.last && newest.seq === undefined;
    if (at.stuck || wrote) toEnd();
    else if (first !== at.first && at.first !== '') list.scrollTop = list.scrollHeight - at.fromEnd;
    at.first = first;
    at.last = newest?.id ?? '';
    keep();
  });

  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    // The input grows, a keyboard opens, or the layer had to leave the document for a moment.
    const watch = new ResizeObserver(() => place.current.stuck && toEnd());
    watch.observe(list);
    return () => watch.disconnect();
  }, []);

  /** Begins at an element instead of the end, if both do not fit on the screen. */
  const beginAt = (element: HTMLElement) => {
    const list = box.current;
    if (!list || element.offsetTop >= list.scrollTop) return;
    list.scrollTop = element.offsetTop - 8;
    place.current.stuck = false;
    keep();
    setAtEnd(false);
  };

  return { box, atEnd, isAtEnd: () => place.current.stuck, toEnd, onScroll, beginAt };
}
