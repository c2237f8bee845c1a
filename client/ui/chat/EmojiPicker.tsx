import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** One character each, but for the last. */
const emoji = [...'🙂😀😂😍😉😊🤔😮😕😢😡🙏👍👎👋👏💪✅❌🎉🔥💡📦', '❤️'];
const COLUMNS = 8;
const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

export function EmojiPicker({ label, choose, close }: { label: string; choose(emoji: string): void; close(): void }) {
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (box.current?.children[at] as HTMLElement | undefined)?.focus(), [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      event.preventDefault();
      close();
      return;
    }
    const mirrored =
      getComputedStyle(event.currentTarget as Element).direction === 'rtl' && !event.key.match(/Up|Down/);
    const next = at + (steps[event.key] ?? 0) * (mirrored ? -1 : 1);
    if (!(event.key in steps) || next < 0 || next >= emoji.length) return;
    event.preventDefault();
    setAt(next);
  };
  return (
    <div class="picker card" role="toolbar" aria-label={label} data-cv="emoji-picker" ref={box} onKeyDown={onKeyDown}>
      {emoji.map((one, index) => (
        <button type="button" tabIndex={index === at ? 0 : -1} onClick={() => choose(one)}>
          {one}
        </button>
      ))}
    </div>
  );
}
