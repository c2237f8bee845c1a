import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatView } from '../../../chat/ChatView.ts';
import { sharedHost } from '../../root.ts';
import type { Chat } from '../Chat.ts';
import type { Words } from '../Words.ts';
import { ContactFields } from './ContactFields.tsx';
import css from './contact.css?inline';
import { de } from './texts/de.ts';
import { type ContactTexts, en } from './texts/en.ts';

interface Props {
  chat: Chat;
  view: ChatView;
  words: Words;
  /** Nobody can answer now. */
  away: boolean;
  /** To screen readers, which do not see it come. */
  tell(what: string): void;
  /** Answered, declined or no longer asked: what had the focus is gone. */
  onDone(): void;
}

/** While nobody is there: how somebody whom nobody knows can be reached. Asked once, and nobody has to answer. */
export function ContactForm({ chat, view, words, away, tell, onDone }: Props) {
  const texts: ContactTexts = { ...(words.language === 'de' ? de : en), ...words.texts };
  const asking = useRef(false);
  const [sentUnder, setSentUnder] = useState<string>();
  useLayoutEffect(() => sharedHost().dress(css), []);

  const last = view.messages.at(-1);
  const waits = last?.own === true && !view.greeting;
  // Whoever is replying is not interrupted when somebody comes, nor, with something filled in, by an answer.
  asking.current = waits ? asking.current || (away && view.loaded) : last !== undefined && view.contact !== undefined;
  const asks = asking.current && view.asksContact;
  const thanks = !view.asksContact && sentUnder !== undefined && sentUnder === last?.id;
  if (!asks && !thanks) return null;
  return (
    <li>
      {asks && (
        <ContactFields
          texts={texts}
          contact={view.contact ?? {}}
          fill={(contact) => chat.fillContact(contact)}
          send={async (contact) => {
            setSentUnder(last?.id);
            await chat.contact(contact);
          }}
          skip={() => {
            setSentUnder(undefined);
            chat.skipContact();
          }}
          tell={tell}
          onDone={onDone}
        />
      )}
      <p class="thanks" role="status" dir="auto">
        {thanks && texts.contactDone}
      </p>
    </li>
  );
}
