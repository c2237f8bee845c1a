import type { Note } from '#protocol/conversation.ts';
import { clockTime } from '../conversations/shortTime.ts';
import { Icon } from '../parts/Icon.tsx';
import { locale, texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { linked } from './linked.tsx';
import type { OpenChat } from './OpenChat.ts';

export function NoteRow({ work, chat, note }: { work: Workplace; chat: OpenChat; note: Note }) {
  const { chat: words } = texts;
  const mayRemove = work.isAdmin || note.agent === work.agent.email;
  return (
    <article class="note" data-test="note">
      <p class="note-head">
        <Icon name="lock" />
        <b>{note.agent ? words.noteBy(work.agents.nameOf(note.agent)) : words.noteFromSite}</b>
        <time dateTime={note.at} title={new Date(note.at).toLocaleString(locale)}>
          {clockTime(Date.parse(note.at))}
        </time>
        {mayRemove && (
          <button
            type="button"
            class="bare"
            aria-label={words.deleteNote}
            title={words.deleteNote}
            onClick={() => void chat.removeNote(note)}
          >
            <Icon name="trash" />
          </button>
        )}
      </p>
      <p class="text">{linked(note.text)}</p>
    </article>
  );
}
