import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuProps {
  /** What the button says to everybody, and to a screen reader alone if `face` is only a picture. */
  label: string;
  face: ComponentChildren;
  class?: string;
  hook: string;
  onOpen?(): void;
  children(close: () => void): ComponentChildren;
}

/** A button that opens a list of actions: arrows and letters go through it, Escape gives the focus back. */
export function Menu({ label, face, class: name = '', hook, onOpen, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not([aria-disabled])') ?? [])];
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (!open) return;
    items()[0]?.focus();
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const onKey = (event: KeyboardEvent) => {
    if (!open) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const step = steps[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') return setOpen(false);
    else if (step !== undefined) all.at(step % all.length)?.focus();
    else if (event.key.length === 1) {
      const letter = event.key.toLowerCase();
      const next = [...all.slice(at + 1), ...all].find((item) =>
        item.textContent.trim().toLowerCase().startsWith(letter),
      );
      next?.focus();
    } else return;
    if (event.key !== ' ') event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu inside
    <div class={`menu ${name}`} ref={root} onKeyDown={onKey}>
      <button
        type="button"
        ref={button}
        data-test={hook}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => {
          if (!open) onOpen?.();
          setOpen(!open);
        }}
      >
        {face}
      </button>
      {open && (
        <div class="menu-list card" role="menu" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

export interface MenuItemProps {
  children: ComponentChildren;
  hook?: string;
  /** Present where the item says whether something is so. */
  checked?: boolean;
  onChoose(): void;
}

export function MenuItem({ children, hook, checked, onChoose }: MenuItemProps) {
  const is =
    checked === undefined
      ? ({ role: 'menuitem' } as const)
      : { role: 'menuitemcheckbox' as const, 'aria-checked': checked };
  return (
    <button type="button" class="menu-item" tabIndex={-1} data-test={hook} onClick={onChoose} {...is}>
      {children}
    </button>
  );
}
