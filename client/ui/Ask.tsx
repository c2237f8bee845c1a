import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import css from './ask.css?inline';
import { focused } from './focused.ts';
import { Icon, type IconName } from './Icons.tsx';
import { sharedHost } from './root.ts';

interface AskProps {
  title: string;
  /** What it means to accept. */
  terms: readonly (readonly [icon: IconName, text: string])[];
  ring?: { ms: number; label: (seconds: number) => string } | undefined;
  yes: string;
  no: string;
  accept(): void;
  decline(): void;
}

/** Asks before anything leaves the page. `accept` runs inside the click, because the browser's picker demands that. */
export function Ask({ title, terms, ring, yes, no, accept, decline }: AskProps) {
  const dialog = useRef<HTMLDialogElement>(null);

  // The dialog itself takes the focus, not a button: somebody who is typing must not consent by pressing Enter.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = focused();
    sharedHost().dress(css);
    element.showModal();
    element.focus();
    return () => {
      element.close();
      before?.focus({ preventScroll: true });
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Tab') wrapTab(event, event.currentTarget as HTMLElement);
  };

  return (
    <dialog
      class="consent card"
      part="consent"
      data-cv="consent"
      role="alertdialog"
      aria-labelledby="cv-offer"
      aria-describedby="cv-terms"
      tabIndex={-1}
      ref={dialog}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        decline();
      }}
    >
      <header>
        <h2 id="cv-offer">{title}</h2>
        {ring && <Countdown {...ring} />}
      </header>
      <div id="cv-terms" class="terms">
        {terms.map(([icon, text]) => (
          <>
            <Icon name={icon} />
            <p>{text}</p>
          </>
        ))}
      </div>
      <footer>
        <button type="button" class="btn" part="decline" data-cv="decline" onClick={decline}>
          {no}
        </button>
        <button type="button" class="btn main" part="accept" data-cv="accept" onClick={accept}>
          {yes}
        </button>
      </footer>
    </dialog>
  );
}

function Countdown({ ms, label }: { ms: number; label: (seconds: number) => string }) {
  const [left, setLeft] = useState(ms);
  useEffect(() => {
    const end = performance.now() + ms;
    const tick = () => setLeft(Math.max(0, end - performance.now()));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [ms]);
  const seconds = Math.round(left / 1000);
  return (
    <span class="countdown" role="timer" aria-label={label(seconds)} style={{ '--left': left / ms || 0 } as never}>
      <span aria-hidden="true">{seconds}</span>
    </span>
  );
}

/** A modal dialog keeps the focus from the page, but lets Tab out to the browser's own controls. */
function wrapTab(event: KeyboardEvent, dialog: HTMLElement): void {
  const buttons = [...dialog.querySelectorAll('button')];
  const at = buttons.indexOf(event.composedPath()[0] as HTMLButtonElement);
  event.preventDefault();
  buttons.at(event.shiftKey ? Math.max(at, 0) - 1 : (at + 1) % buttons.length)?.focus();
}
