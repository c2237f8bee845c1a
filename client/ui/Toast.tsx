import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Icon } from './Icons.tsx';
import { sharedHost } from './root.ts';
import { Status } from './Status.tsx';
import type { Told } from './texts/told.ts';
import css from './toast.css?inline';

interface ToastTexts {
  notice: string;
  close: string;
}

/** What has to be read and acted on stays longer, in milliseconds. */
const STAYS_MS = { plain: 10_000, withCure: 30_000 };

/** Tells how it ended and goes by itself, unless somebody is about to read or use it. */
export function Toast({ texts, told, dismiss }: { texts: ToastTexts; told: Told; dismiss(): void }) {
  const [held, setHeld] = useState(false);
  const [what, cure] = told;
  useLayoutEffect(() => sharedHost().dress(css), []);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(dismiss, cure ? STAYS_MS.withCure : STAYS_MS.plain);
    return () => clearTimeout(timer);
  }, [held, what]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return (
    <section
      class="notice toast card"
      aria-label={texts.notice}
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocusIn={hold}
      onFocusOut={release}
    >
      <Icon name="info" />
      <Status text={what} cure={cure} />
      <button
        type="button"
        class="btn bare"
        aria-label={texts.close}
        title={texts.close}
        part="dismiss"
        data-cv="dismiss"
        onClick={() => dismiss()}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
