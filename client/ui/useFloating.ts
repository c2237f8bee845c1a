import { useLayoutEffect, useRef } from 'preact/hooks';
import { Floating, type Sizing } from './Floating.ts';

/** Makes the element of `ref` a `Floating` for as long as it is rendered. */
export function useFloating(sizing?: Sizing) {
  const ref = useRef<HTMLElement>(null);
  const floating = useRef<Floating | undefined>(undefined);
  useLayoutEffect(() => {
    if (!ref.current) return;
    const made = new Floating(ref.current, sizing);
    floating.current = made;
    return () => made.close();
  }, []);
  return {
    ref,
    grab: (event: PointerEvent, edges?: string) => floating.current?.grab(event, edges),
    key: (event: KeyboardEvent) => floating.current?.key(event),
  };
}
