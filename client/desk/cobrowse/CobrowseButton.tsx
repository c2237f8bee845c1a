import { Icon } from '../parts/Icon.tsx';
import { texts } from '../texts/texts.ts';
import type { CobrowseStore } from './CobrowseStore.ts';

interface CobrowseButtonProps {
  cobrowse: CobrowseStore;
  visitorId: string;
  name: string;
  here?: boolean;
  onStart?(): void;
}

/** Asks a visitor to share the page, or watches along where it is shared already; or says why neither is possible. */
export function CobrowseButton({ cobrowse, visitorId, name, here = true, onStart }: CobrowseButtonProps) {
  const { cobrowse: words } = texts;
  if (!cobrowse.enabled.value) return null;
  const session = cobrowse.of(visitorId);
  const own = cobrowse.isOwn(visitorId);
  const doing = cobrowse.asking.value ? words.asking : words.watching;
  const reason = own ? doing : here ? (cobrowse.busy.value ? words.agentBusy : undefined) : texts.left;
  const shared = session && session.state !== 'ringing';
  return (
    <span class="start">
      <button
        type="button"
        class={shared ? 'main' : ''}
        data-test="cobrowse"
        disabled={reason !== undefined}
        aria-label={shared ? words.watchFor(name) : words.askFor(name)}
        title={shared ? words.watchFor(name) : words.askFor(name)}
        onClick={() => {
          onStart?.();
          cobrowse.open(visitorId);
        }}
      >
        <Icon name="eye" />
        <span>{shared ? words.watch : words.ask}</span>
      </button>
      {reason && (
        <small class="soft" data-test="cobrowse-reason">
          {reason}
        </small>
      )}
    </span>
  );
}
