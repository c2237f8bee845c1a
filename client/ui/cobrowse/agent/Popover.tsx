import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ToolIcon, type ToolIconName } from './ToolIcon.tsx';

interface PopoverProps {
  name: string;
  icon: ToolIconName;
  label: string;
  /** In place of the label where there is little room; still called by that. */
  short?: string;
  help: string;
  /** What counts: shown beside the icon also where labels are not. */
  count?: number;
  title: string;
  children: ComponentChildren | ((close: () => void) => ComponentChildren);
}

const GAP = 8;

/** A button that opens a small pane below it; Escape, a second click or leaving it closes the pane. */
export function Popover({ name, icon, label, short, help, count, title, children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  useLayoutEffect(() => {
    const box = pane.current;
    const panel = box?.closest('.panel')?.getBoundingClientRect();
    if (!open || !box || !panel) return;
    const { left, right, top } = box.getBoundingClientRect();
    const over = Math.max(0, right - (panel.right - GAP));
    box.style.translate = `${Math.max(-over, panel.left + GAP - left)}px 0`;
    box.style.maxBlockSize = `${Math.max(120, panel.bottom - GAP - top)}px`;
    box.focus();
  }, [open]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the pane inside
    <span
      class="popover"
      onKeyDown={(event) => {
        if (!open || event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (open && !currentTarget.contains(relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <button
        type="button"
        class="btn bare tool"
        ref={button}
        part={name}
        data-cv={name}
        aria-expanded={open}
        title={help}
        // A click on the button while the pane has the focus would close and open it again.
        onPointerDown={(event) => open && event.preventDefault()}
        onClick={() => setOpen(!open)}
      >
        <ToolIcon name={icon} />
        {count !== undefined && (
          <b class="number" aria-hidden="true">
            {count}
          </b>
        )}
        <span class={short ? 'label long' : 'label'}>{label}</span>
        {short && (
          <span class="short" aria-hidden="true">
            {short}
          </span>
        )}
      </button>
      {open && (
        <div class="pane card" role="dialog" aria-label={title} tabIndex={-1} data-cv={`${name}-pane`} ref={pane}>
          <h3>{title}</h3>
          {typeof children === 'function' ? children(close) : children}
        </div>
      )}
    </span>
  );
}
