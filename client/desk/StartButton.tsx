import type { ActiveUser } from '#protocol/presence.ts';
import type { Desk } from './Desk.ts';
import { nameOf } from './person.ts';
import { texts } from './texts/texts.ts';

/** Starts a screen share, or says why that is not possible. */
export function StartButton({ desk, user, here = true }: { desk: Desk; user: ActiveUser; here?: boolean }) {
  const reason = reasonAgainst(desk, user, here);
  return (
    <span class="start">
      <button
        type="button"
        class="main"
        data-test="start"
        disabled={reason !== undefined}
        aria-label={texts.startFor(nameOf(user) || texts.unnamed)}
        onClick={() => desk.startScreen(user)}
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

function reasonAgainst(desk: Desk, user: ActiveUser, here: boolean): string | undefined {
  if (!here) return texts.left;
  if (desk.calling.value) return texts.agentBusy;
  if (user.busy) return texts.userBusy;
  return user.screen ? undefined : texts.cannotShare;
}
