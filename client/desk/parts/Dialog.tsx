import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { Icon } from './Icon.tsx';

export interface DialogProps {
  title: string;
  hook: string;
  onClose(): void;
  children: ComponentChildren;
}

/** Modal while it is there; the browser keeps the focus in it, and gives it back. */
export function Dialog({ title, hook, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const name = useId();
  // Not after the next frame: by then somebody types, and elsewhere.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog card"
      data-test={hook}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={name}>{title}</h2>
        <button type="button" class="bare" aria-label={texts.chat.close} title={texts.chat.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}
