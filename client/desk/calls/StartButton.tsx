import { texts } from '../texts/texts.ts';
import type { CallStore } from './CallStore.ts';

/** Whom to call: a visitor who is on the site. */
interface Callee {
  visitorId: string;
  name: string;
  /** Whether that browser can share its screen. */
  screen: boolean;
  busy: boolean;
}

export interface StartButtonProps {
  calls: CallStore;
  callee: Callee;
  here?: boolean;
  onStart?(): void;
}

/** Starts a screen share, or says why that is not possible. */
export function StartButton({ calls, callee, here = true, onStart }: StartButtonProps) {
  const reason = reasonAgainst(calls, callee, here);
  return (
    <span class="start">
      <button
        type="button"
        class="main"
        data-test="start"
        disabled={reason !== undefined}
        aria-label={texts.startFor(callee.name)}
        onClick={() => {
          onStart?.();
          calls.startScreen(callee.visitorId);
        }}
      >
        {texts.start}
      </button>
      {reason && (
        <small class="soft" data-test="start-reason">
          {reason}
        </small>
      )}
    </span>
  );
}

function reasonAgainst(calls: CallStore, { busy, screen }: Callee, here: boolean): string | undefined {
  if (!here) return texts.left;
  if (calls.busy.value) return texts.agentBusy;
  if (busy) return texts.userBusy;
  return screen ? undefined : texts.cannotShare;
}
