import type { ComponentChildren, HTMLAttributes } from 'preact';
import { Icon } from './Icons.tsx';
import type { useFloating } from './useFloating.ts';

const EDGES = ['n', 'e', 's', 'w', 'nw', 'ne', 'sw', 'se'];

interface PanelFrameProps extends HTMLAttributes<HTMLElement> {
  floating: ReturnType<typeof useFloating>;
  texts: { moveOrSize: string };
  title: string;
  /** What goes on, and what can be done. */
  head: ComponentChildren;
}

/** What an agent’s panel has around what it shows, by which it is moved and sized. */
export function PanelFrame({ floating, texts, title, head, children, ...rest }: PanelFrameProps) {
  const { ref, grab, key } = floating;
  return (
    <section {...rest} ref={ref}>
      <header onPointerDown={grab}>
        <button
          type="button"
          class="btn bare grip"
          aria-label={texts.moveOrSize}
          title={texts.moveOrSize}
          onKeyDown={key}
        >
          <Icon name="grip" />
        </button>
        <h2>{title}</h2>
        {head}
      </header>
      {children}
      {EDGES.map((edges) => (
        <i class={`edge ${edges}`} key={edges} onPointerDown={(event) => grab(event, edges)} />
      ))}
    </section>
  );
}
