import type { ErrorCode } from '#protocol/errors.ts';
import type { Told } from '../../texts/told.ts';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import type { CobrowseTexts } from './texts/en.ts';

/** What the panel says is going on; every one of them says something, none is just blank. */
export type CobrowsePhase = 'asking' | 'waiting' | 'live' | 'paused' | 'away' | 'lost' | 'ended';

export function phaseOf({ state, session, connected, shown, paused }: CobrowsePanelState): CobrowsePhase {
  if (state === 'ended') return 'ended';
  if (!connected) return 'lost';
  if (state === 'ringing') return 'asking';
  if (session && !session.online) return 'away';
  if (!shown) return 'waiting';
  return paused ? 'paused' : 'live';
}

/** What another try cannot change. */
const final: readonly (ErrorCode | undefined)[] = ['UNAUTHENTICATED', 'UNSUPPORTED', 'NOT_TAGGED', 'FORBIDDEN'];

/** Asks the visitor once more, where that may help. */
export const againIn = ({ state, again, errorCode }: CobrowsePanelState): (() => void) | undefined =>
  state === 'ended' && !final.includes(errorCode) ? again : undefined;

export function told(phase: CobrowsePhase, state: CobrowsePanelState, visitor: string, texts: CobrowseTexts): Told {
  switch (phase) {
    case 'asking':
      return texts.asking(visitor);
    case 'waiting':
      return texts.waiting(visitor);
    case 'live':
      return [texts.live];
    case 'paused':
      return texts.paused(visitor);
    case 'away':
      return texts.away(visitor);
    case 'lost':
      return state.shown ? texts.lost : [texts.lost[0]];
    case 'ended': {
      const { error, errorCode, reason } = state;
      if (!error) return texts.over[reason ?? 'ended'](visitor);
      // Whom the panel knows has no wrong code but has gone.
      const code = errorCode === 'NOT_FOUND' && state.again ? 'VISITOR_OFFLINE' : errorCode;
      return (code && texts.errors[code]?.(visitor)) ?? [error];
    }
  }
}
