import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/Icon.tsx';
import { texts } from '../texts/texts.ts';

const emoji = [
  ...[
    '🙂',
    '😊',
    '😀',
    '😄',
    '😉',
    '😍',
    '🤗',
    '🤔',
    '😅',
    '😂',
    '😎',
    '😇',
    '🙃',
    '😬',
    '😕',
    '😢',
    '😮',
    '😴',
    '🙏',
    '👍',
  ],
  ...[
    '👎',
    '👌',
    '👋',
    '👏',
    '💪',
    '🤝',
    '🎉',
    '✨',
    '❤️',
    '💡',
    '✅',
    '❌',
    '⚠️',
    '⏰',
    '📦',
    '🚚',
    '📄',
    '📷',
    '☎️',
    '✉️',
  ],
];

/** A few emoji to click; the arrows go through them. */
export function EmojiMenu({ onChoose }: { onChoose(emoji: string): void }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('.emoji-list button')?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const onKey = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') {
      setOpen(false);
      root.current?.querySelector('button')?.focus();
      return event.preventDefault();
    }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(root.current?.querySelectorAll<HTMLElement>('.emoji-list button') ?? [])];
    all[all.indexOf(document.activeElement as HTMLElement) + step]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the list inside
    <div class="emoji" ref={root} onKeyDown={onKey}>
      <button
        type="button"
        class="bare"
        data-test="emoji"
        aria-label={texts.chat.emoji}
        title={texts.chat.emoji}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="smile" />
      </button>
      {open && (
        <fieldset class="emoji-list card">
          <legend class="unseen">{texts.chat.emoji}</legend>
          {emoji.map((one) => (
            <button
              type="button"
              class="bare"
              key={one}
              onClick={() => {
                setOpen(false);
                onChoose(one);
              }}
            >
              {one}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}
