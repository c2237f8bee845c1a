import { useRef } from 'preact/hooks';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { plainName } from '../plainName.ts';
import type { Words } from './Words.ts';

const KEPT = 5;

/** Tells a screen reader what others write while the window is open: each message once, with who wrote it. */
export function Announcer({
  messages,
  ready,
  words,
  children,
}: {
  messages: readonly ShownMessage[];
  ready: boolean;
  words: Words;
  /** One more sentence. */
  children: string;
}) {
  const known = useRef<number | undefined>(undefined);
  const told = useRef<ShownMessage[]>([]);
  const newest = Math.max(0, ...messages.map(({ seq }) => seq ?? 0));
  if (ready) {
    const before = known.current ?? newest;
    const fresh = messages.filter(({ own, seq }) => !own && seq !== undefined && seq > before);
    if (fresh.length > 0) told.current = [...told.current, ...fresh].slice(-KEPT);
    known.current = Math.max(before, newest);
  }
  return (
    <div
      class="aside"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label={words.texts.newMessages}
      data-cv="announcer"
    >
      {told.current.map((message) => (
        <p key={message.id}>{words.say('says', { name: nameOf(message, words), text: contentOf(message, words) })}</p>
      ))}
      {children && <p>{children}</p>}
    </div>
  );
}

const nameOf = ({ author }: ShownMessage, words: Words) =>
  (author.kind === 'agent' && plainName(author.name)) || words.texts.title;

const contentOf = ({ text, file }: ShownMessage, words: Words) =>
  text.slice(0, 500) || `${words.texts.file} ${plainName(file?.name ?? '')}`;
