/** Somebody by name, or whoever it is. */
type Agent = string | undefined;

export const en = {
  language: 'en-GB',
  offer: (agent: Agent) => (agent ? `${agent} would like to see this page` : 'Share this page with our team?'),
  seen: (agent: Agent) =>
    `${agent ?? 'Our team'} will see the pages of this website as you see them, and your mouse pointer. Never other tabs, programs or files.`,
  hides:
    'Passwords and payment data always stay hidden, and so does what you type, unless this website shows it. What is hidden never leaves your browser.',
  hidesAll:
    'All text stays hidden but what this website shows on purpose, and passwords and payment data always do. What is hidden never leaves your browser.',
  mayStop: 'You can stop at any time. Nobody can click or type here unless you allow that separately.',
  accept: 'Share this page',
  decline: 'Not now',
  secondsLeft: (seconds: number) => `${seconds} seconds left to answer`,

  banner: 'Sharing of this page',
  live: 'Live',
  move: 'Move: drag, or press the arrow keys',
  smaller: 'Make this smaller',
  larger: 'Show all of this',
  sees: (agents: string, many: boolean) => `${agents} ${many ? 'see' : 'sees'} this page`,
  others: (count: number) => `${count} others`,
  elsewhere: (agents: string, many: boolean) => `${agents} ${many ? 'see' : 'sees'} another tab of yours, not this one`,
  waiting: 'This page is shared. Nobody is looking yet.',
  waitingShort: 'Waiting…',
  lost: 'Connection lost, nothing is being sent. Reconnecting…',
  paused: 'This page changes faster than it can be sent. Catching up…',
  hidden: 'What is hidden',
  hiddenHelp: 'Mark on this page what agents do not see',
  stop: 'Stop sharing',
};

export type ShareTexts = typeof en;
