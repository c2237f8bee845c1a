import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ChatIcon } from '../ChatIcon.tsx';
import type { ShareEntry } from './ShareEntry.ts';
import type { ChatShareTexts } from './texts/en.ts';

interface ShareMenuProps {
  share: ShareEntry;
  texts: ChatShareTexts;
  onShared(): void;
}

/** To share the page from within the chat, or get a code for somebody on the phone. */
export function ShareMenu({ share, texts, onShared }: ShareMenuProps) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (open) menu.current?.querySelector('button')?.focus();
  }, [open]);

  const close = () => {
    opener.current?.focus();
    setOpen(false);
  };
  const start = async () => {
    if (await share.start()) onShared();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(menu.current?.children ?? [])] as HTMLElement[];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((items.indexOf(event.target as HTMLElement) + step) % items.length)?.focus();
    else if (event.key === 'Escape') close();
    else return;
    event.stopPropagation();
    event.preventDefault();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent) => {
    const next = relatedTarget as Node | null;
    if (!menu.current?.contains(next) && next !== opener.current) setOpen(false);
  };
  const item = (name: string, text: string, help: string | undefined, act: () => unknown) => (
    <button
      type="button"
      class="item"
      role="menuitem"
      tabIndex={-1}
      data-cv={name}
      onClick={() => {
        // What asks next gives the focus back to here.
        close();
        act();
      }}
    >
      <b>{text}</b>
      {help && <small>{help}</small>}
    </button>
  );

  return (
    <div class="sharing">
      <button
        type="button"
        class={`btn bare ${share.isSharing ? 'on' : ''}`}
        aria-label={texts.shareMenu}
        title={texts.shareMenu}
        aria-haspopup="menu"
        aria-expanded={open}
        data-cv="share-menu"
        ref={opener}
        onClick={() => setOpen(!open)}
      >
        <ChatIcon name="share" />
      </button>
      {open && (
        <div
          class="menu card"
          role="menu"
          tabIndex={-1}
          aria-label={texts.shareMenu}
          dir="auto"
          ref={menu}
          onKeyDown={onKeyDown}
          onFocusOut={onFocusOut}
        >
          {share.isSharing
            ? item('share-stop', texts.shareStop, undefined, () => share.stop())
            : item('share', texts.share, texts.shareHelp, start)}
          {item('share-code', texts.shareCode, texts.shareCodeHelp, () => share.giveCode())}
        </div>
      )}
    </div>
  );
}
