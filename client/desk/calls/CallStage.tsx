import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Call } from '../../page/Call.ts';
import type { Cobrowsing } from '../../page/Cobrowsing.ts';

interface CallStageProps {
  call: Call | Cobrowsing;
  label: string;
  hook: string;
  onGone(): void;
}

/** Where the panel of a call or a session is docked; gone when the agent has closed that panel. */
export function CallStage({ call, label, hook, onGone }: CallStageProps) {
  const dock = useRef<HTMLDivElement>(null);
  // Looked after from the first moment: what goes before the first frame is gone as well.
  useLayoutEffect(() => {
    const element = dock.current;
    if (!element) return;
    call.attach(element);
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
