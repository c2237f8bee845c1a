import type { ErrorCode } from '#protocol/errors.ts';
import type { Reasons } from '../told.ts';

const over: Reasons = {
  declined: (visitor) => [`${visitor} declined.`, 'Explain what you would like to see, then ask again.'],
  cancelled: (visitor) => [`You cancelled before ${visitor} answered.`],
  missed: (visitor) => [
    `${visitor} did not answer.`,
    'Perhaps the page is in the background. Ask the visitor to bring it to the front, then ring again.',
  ],
  'picker-cancelled': (visitor) => [
    `${visitor} accepted, but did not choose anything to share.`,
    'Ask the visitor to pick a tab, window or screen in the browser’s list and to confirm it. On a Mac the browser also needs the permission to record the screen.',
  ],
  ended: () => ['The call has ended.'],
  'track-ended': (visitor) => [`${visitor} stopped sharing with the browser’s own button.`],
  disconnected: (visitor) => [
    `The call was ended, because a connection was lost for too long.`,
    `Ring again as soon as ${visitor} is back in the list.`,
  ],
  unsupported: (visitor) => [
    `The browser of ${visitor} cannot share its screen.`,
    'Phones and tablets usually cannot. Ask the visitor to open the page on a computer.',
  ],
  failed: () => [
    'No picture came through.',
    'A firewall or VPN on either side may be blocking it. Try again from another network, or tell your administrator.',
  ],
};

/** Why a call could not even begin. */
const errors: Partial<Record<ErrorCode, (visitor: string) => string>> = {
  CALL_BUSY: (visitor) => `${visitor} or you are already in another call. End yours, or try again in a moment.`,
  VISITOR_OFFLINE: (visitor) => `${visitor} is no longer on the site.`,
  NOT_FOUND: () => 'This visitor is not known here.',
  NOT_TAGGED: () => 'This visitor is not signed in and so cannot be called.',
  RATE_LIMITED: () => 'Too many calls in a short time. Wait a moment, then try again.',
  TIMEOUT: () => 'The server did not answer in time. Check your connection, then try again.',
  UNAUTHENTICATED: () => 'You are no longer signed in. Sign in again, then call.',
};

export const en = {
  cancel: 'Cancel',
  live: 'Live',
  lost: 'Connection lost. Reconnecting…',
  moveOrSize: 'Move: drag, or press the arrow keys. Change the size: Shift and arrow keys',
  close: 'Close',
  panel: (visitor: string) => `Screen of ${visitor}`,
  ringing: (visitor: string) => `Rings at ${visitor}…`,
  connecting: (visitor: string) => `${visitor} accepted and is choosing what to show…`,
  visitorAway: (visitor: string) => `${visitor} left the page or lost the connection. Waiting…`,
  visitorAgain: (visitor: string) => `${visitor} changed the page and has to click “Share again” there.`,
  elapsed: 'Duration of the call',
  actual: 'Actual size (100 %)',
  fullscreen: 'Full screen',
  leaveFullscreen: 'Leave full screen',
  picture: 'Shared screen',
  end: 'End',
  over,
  errors,
};

export type AgentTexts = typeof en;
