import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Call, Cobrowsing } from '../cv.ts';

interface CallStageProps {
  call: Call | Cobrowsing;
  label: string;
  hook: string;
  onGone(): void;
}

/** Where the panel of a call or a session is docked; gone when the agent has closed that panel. */
export function CallStage({ call, label, hook, onGone }: CallStageProps) {
  const dock = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => call.attach(dock.current), [call]);
  useEffect(() => {
    const element = dock.current;
    if (!element) return;
    element.scrollIntoView({ block: 'nearest' });
    const observer = new MutationObserver(() => {
      if (call.state === 'ended' && element.childElementCount === 0) onGone();
    });
    observer.observe(element, { childList: true });
    return () => observer.disconnect();
  }, [call]);
  return (
    <section class="call-stage" aria-label={label}>
      <div class="dock" data-test={hook} ref={dock} />
    </section>
  );
}
