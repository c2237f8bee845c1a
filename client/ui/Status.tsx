import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * The line that says what goes on. Screen readers announce a live region only when it changes after it was there,
 * so the first text comes one frame after the element.
 */
export function Status({ text, cure, children }: { text: string; cure?: string; children?: ComponentChildren }) {
  const [there, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return (
    <p class="status" part="status" data-cv="status" role="status">
      <span class="what">{there && text}</span>
      {there && cure && <span class="cure">{cure}</span>}
      {children}
    </p>
  );
}
