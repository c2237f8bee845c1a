import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Call } from '../cv.ts';
import { texts } from '../texts/texts.ts';

/** Where the call's own panel is docked; gone when the agent has closed that panel. */
export function CallStage({ call, onGone }: { call: Call; onGone(): void }) {
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
    <section class="call-stage" aria-label={texts.callArea}>
      <div class="dock" data-test="call-dock" ref={dock} />
    </section>
  );
}
