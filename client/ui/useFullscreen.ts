import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Full screen for one element; `toggle` is missing where the browser has no such thing. */
export function useFullscreen(ref: RefObject<HTMLElement | null>): { on: boolean; toggle?: () => void } {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const changed = () => setOn(ref.current?.matches(':fullscreen') ?? false);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  if (!document.fullscreenEnabled) return { on: false };
  const toggle = () => void (on ? document.exitFullscreen() : ref.current?.requestFullscreen())?.catch(() => {});
  return { on, toggle };
}
