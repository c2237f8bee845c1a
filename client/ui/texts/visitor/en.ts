import type { Reasons } from '../told.ts';

const over: Reasons = {
  declined: (agent) => [`You declined. ${agent} saw nothing.`],
  cancelled: (agent) => [`${agent} withdrew the request. Nothing was shared.`],
  missed: (agent) => [
    `The request by ${agent} ran out. Nothing was shared.`,
    `If you would still like help, ask ${agent} to send it again.`,
  ],
  'picker-cancelled': (agent) => [
    'Nothing was chosen, so sharing did not start.',
    `You can ask ${agent} to try again. If no list appeared, your computer’s privacy settings may not allow this browser to record the screen.`,
  ],
  ended: (agent) => [`Screen sharing has ended. ${agent} no longer sees your screen.`],
  'track-ended': (agent) => [`You stopped sharing. ${agent} no longer sees your screen.`],
  disconnected: () => [
    'Screen sharing was stopped, because the connection was lost for too long.',
    'Check your internet connection. Sharing starts again only if you agree to it.',
  ],
  unsupported: () => [
    'This browser cannot share its screen.',
    'Phones and tablets usually cannot. Please open this page on a computer in Chrome, Edge, Firefox or Safari.',
  ],
  failed: () => [
    'The picture could not be sent, so sharing was stopped.',
    'A company network or VPN may be blocking it. Try another network, or try again without the VPN.',
  ],
};

export const en = {
  offer: (agent: string) => `${agent} would like to see your screen`,
  offerChoose: 'You choose what is shown: one tab, one window or the whole screen. Your browser asks you next.',
  offerSeen: (agent: string) => `${agent} sees all that appears there, but cannot click or type.`,
  offerStop: 'You can stop at any time. Nothing is recorded.',
  accept: 'Share my screen',
  decline: 'Not now',
  secondsLeft: (seconds: number) => `${seconds} seconds left to answer`,
  choosing: (agent: string) => `Choose in your browser what ${agent} may see`,
  cancel: 'Cancel',
  notice: 'Screen sharing',
  live: 'Live',
  sharing: (agent: string) => `${agent} sees your screen`,
  lost: 'Connection lost. Reconnecting…',
  agentAway: (agent: string) => `${agent} lost the connection. Waiting…`,
  stop: 'Stop sharing',
  again: (agent: string) => `The page changed, so your browser stopped the picture. Show it to ${agent} again?`,
  acceptAgain: 'Share again',
  smaller: 'Make this smaller',
  larger: 'Show all of this',
  move: 'Move: drag, or press the arrow keys',
  close: 'Close',
  over,
};

export type VisitorTexts = typeof en;
