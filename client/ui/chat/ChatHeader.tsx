import type { ComponentChildren } from 'preact';
import type { ChatView } from '../../chat/ChatView.ts';
import { Icon } from '../Icons.tsx';
import type { ChatTexts } from '../texts/chat/en.ts';
import type { Words } from './Words.ts';

export type Presence = 'unknown' | 'here' | 'busy' | 'absent' | 'closed';

export function presenceOf({ loaded, inHours, agents }: ChatView): Presence {
  if (agents.available && inHours) return 'here';
  if (!loaded) return 'unknown';
  if (!inHours) return 'closed';
  return agents.online ? 'busy' : 'absent';
}

const wording: Record<Presence, keyof ChatTexts> = {
  unknown: 'subtitle',
  here: 'subtitle',
  busy: 'busy',
  absent: 'absent',
  closed: 'closed',
};

interface ChatHeaderProps {
  presence: Presence;
  words: Words;
  close(): void;
  children?: ComponentChildren;
}

export function ChatHeader({ presence, words, close, children }: ChatHeaderProps) {
  const { texts } = words;
  return (
    <header>
      <h2>
        <span dir="auto">{texts.title}</span>
      </h2>
      <p class="presence" data-presence={presence}>
        {presence !== 'unknown' && <i />}
        {presence === 'here' && <span class="aside">{texts.here}. </span>}
        <span dir="auto">{texts[wording[presence]]}</span>
      </p>
      {children}
      <button
        type="button"
        class="btn bare"
        aria-label={texts.close}
        title={texts.close}
        data-cv="close"
        onClick={close}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}
