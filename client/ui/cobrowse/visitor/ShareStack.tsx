import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { useSheet } from '../../chat/useSheet.ts';
import { useFloating } from '../../useFloating.ts';
import { ClearSpot } from './ClearSpot.ts';

interface ShareStackProps {
  canMove: boolean;
  children(isBar: boolean, move: (event: KeyboardEvent) => void): ComponentChildren;
}

/** What stands in the window’s corner, one above the other, in front of and beside the rest of the widget. */
export function ShareStack({ canMove, children }: ShareStackProps) {
  const { ref, grab, key } = useFloating();
  const [isBar, setBar] = useState(false);
  useSheet(() => ref.current);
  useLayoutEffect(() => {
    if (!ref.current) return;
    const spot = new ClearSpot(ref.current, setBar);
    return () => spot.close();
  }, []);
  return (
    <div
      class={`share ${isBar ? 'bar' : ''}`}
      ref={ref as never}
      onPointerDown={(event) => {
        if (canMove && !isBar && !(event.target as Element).closest('.asked, .code')) grab(event);
      }}
    >
      {children(isBar, key)}
    </div>
  );
}
