import { useEffect, useRef, useState } from 'preact/hooks';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import { ToolIcon } from './ToolIcon.tsx';
import type { CobrowseTexts } from './texts/en.ts';

/** Which page is shown; where the visitor allows it, also the way to another one. */
export function PageBar({ texts, state }: { texts: CobrowseTexts; state: CobrowsePanelState }) {
  const { session, command } = state;
  const front = session?.tabs.find((tab) => tab.front);
  const url = state.page?.url || front?.url || '';
  const may = session?.control?.here && session.control.capabilities.includes('navigate');
  return (
    <div class="page-bar">
      {may && (
        <span class="history">
          {(['back', 'forward', 'reload'] as const).map((to) => (
            <button
              type="button"
              class="btn bare"
              key={to}
              data-cv={to}
              aria-label={texts[to]}
              title={texts[to]}
              onClick={() => command({ do: 'go', to })}
            >
              <ToolIcon name={to} />
            </button>
          ))}
        </span>
      )}
      {may ? (
        <Address label={texts.goTo} url={url} onGo={(to) => command({ do: 'go', to })} />
      ) : (
        <p class="address" title={url}>
          <span class="unseen">{texts.page}: </span>
          <bdi>{shortened(url)}</bdi>
        </p>
      )}
    </div>
  );
}

function Address({ label, url, onGo }: { label: string; url: string; onGo(to: string): void }) {
  const [text, setText] = useState(url);
  const field = useRef<HTMLInputElement>(null);
  const typing = () => (field.current?.getRootNode() as Document | null)?.activeElement === field.current;
  useEffect(() => {
    if (!typing()) setText(url);
  }, [url]);
  return (
    <form
      class="go"
      onSubmit={(event) => {
        event.preventDefault();
        // What was not touched may be more than is told of it.
        const to = text === url ? 'reload' : addressOf(text, url);
        field.current?.setCustomValidity(to ? '' : label);
        if (!to) return void field.current?.reportValidity();
        onGo(to);
        field.current?.blur();
      }}
    >
      <input
        class="address"
        ref={field}
        data-cv="address"
        aria-label={label}
        title={label}
        value={text}
        spellcheck={false}
        autocomplete="off"
        inputMode="url"
        onFocus={() => field.current?.select()}
        onBlur={() => setText(url)}
        onInput={({ currentTarget }) => {
          currentTarget.setCustomValidity('');
          setText(currentTarget.value);
        }}
      />
    </form>
  );
}

/** Stands for a part of an address that is not told. */
const UNTOLD = '***';

/** What was typed, as an address of the visitor’s own website; undefined if it is none. */
function addressOf(text: string, base: string): string | undefined {
  try {
    const to = new URL(text.trim(), base);
    return to.origin === new URL(base).origin && !to.pathname.includes(UNTOLD) ? to.href : undefined;
  } catch {
    return undefined;
  }
}

const shortened = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
