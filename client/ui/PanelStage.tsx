import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AgentTexts } from './texts/agent/en.ts';

/** The picture: whole, or in its own size and then moved by dragging, wheel or keys. */
export function PanelStage({ video, actual, texts }: { video: HTMLVideoElement; actual: boolean; texts: AgentTexts }) {
  const scroller = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => scroller.current?.append(video), []);

  const drag = (event: PointerEvent) => {
    const box = scroller.current;
    if (!actual || !box || event.pointerType !== 'mouse' || event.button !== 0) return;
    const { scrollLeft, scrollTop } = box;
    const move = (next: PointerEvent) => {
      box.scrollTo(scrollLeft + event.clientX - next.clientX, scrollTop + event.clientY - next.clientY);
    };
    box.setPointerCapture(event.pointerId);
    box.addEventListener('pointermove', move);
    box.addEventListener('lostpointercapture', () => box.removeEventListener('pointermove', move), { once: true });
  };

  return (
    <section class="stage" aria-label={texts.picture}>
      <div
        class={`scroller ${actual ? 'actual' : ''}`}
        ref={scroller}
        tabIndex={actual ? 0 : -1}
        onPointerDown={drag}
      />
    </section>
  );
}
