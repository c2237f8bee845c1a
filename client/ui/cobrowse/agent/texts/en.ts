import type { CobrowseCapability, CobrowseEndReason } from '#protocol/cobrowse.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import type { MirrorMode } from '../../../../cobrowse/mirror/messages.ts';
import type { Told } from '../../../texts/told.ts';

/** Why a session ended, in words. */
const over: Record<CobrowseEndReason, (visitor: string) => Told> = {
  declined: (visitor) => [`${visitor} declined.`, 'Explain what you would like to see, then ask again.'],
  cancelled: (visitor) => [`You stopped asking before ${visitor} answered.`],
  missed: (visitor) => [
    `${visitor} did not answer.`,
    'Perhaps the page is in the background. Ask the visitor to bring it to the front, then try again.',
  ],
  revoked: (visitor) => [
    `${visitor} stopped sharing.`,
    'Nothing of the page reaches you any more. You can ask again at any time.',
  ],
  ended: () => ['The session has ended.'],
  disconnected: (visitor) => [
    'The session ended, because a connection was lost for too long.',
    `Ask again as soon as ${visitor} is back on the site.`,
  ],
  failed: () => [
    'The page could not be shown.',
    'Try again. If it happens once more, tell your administrator which page it was.',
  ],
};

/** Why a session could not even begin. */
const errors: Partial<Record<ErrorCode, (visitor: string) => Told>> = {
  CALL_BUSY: (visitor) => [
    `${visitor} already shares with somebody, or is being asked.`,
    'Open the session from the list to watch along.',
  ],
  VISITOR_OFFLINE: (visitor) => [
    `${visitor} is not on the site at the moment.`,
    'Ask again as soon as the visitor is back.',
  ],
  NOT_FOUND: () => [
    'There is no such session or code.',
    'Codes work once and for ten minutes. Ask the visitor to read out a new one.',
  ],
  NOT_TAGGED: () => [
    'This visitor is not signed in and so cannot be asked.',
    'Ask for a code instead: the visitor finds it in the menu of the chat.',
  ],
  UNSUPPORTED: () => ['Co-browsing is not switched on for this site.', 'An administrator can do so in the settings.'],
  RATE_LIMITED: () => ['Too many attempts in a short time.', 'Wait a moment, then try again.'],
  TIMEOUT: () => ['The server did not answer in time.', 'Check your connection, then try again.'],
  UNAUTHENTICATED: () => ['You are no longer signed in.', 'Sign in again, then ask anew.'],
};

/** Why something the agent did has not happened at the visitor. */
const troubles: Partial<Record<ErrorCode, (visitor: string) => string>> = {
  DECLINED: (visitor) => `${visitor} did not allow that.`,
  FORBIDDEN: () => 'Not allowed there: the field is protected, or the permission is missing.',
  INVALID_INPUT: () => 'The field does not take this value.',
  NOT_FOUND: () => 'That part of the page is gone.',
  UNSUPPORTED: (visitor) =>
    `Only ${visitor} can do that: files, colours, downloads, mail, calls, new windows, embedded pages.`,
  RATE_LIMITED: () => 'That was too fast. Wait a moment.',
};

const modes: Record<MirrorMode, readonly [label: string, help: string]> = {
  view: ['Look', 'Only look: the visitor sees nothing of your pointer'],
  laser: ['Laser', 'Laser pointer: the visitor sees where you point'],
  pen: ['Pen', 'Pen: draw on the page; strokes fade by themselves'],
  highlight: ['Highlight', 'Highlight: frame the element that you click'],
  control: ['Control', 'Control: what you do here happens in the visitor’s page'],
};

const capabilities: Record<CobrowseCapability, readonly [label: string, help: string]> = {
  pointer: ['Click and drag', 'Buttons, links, menus'],
  scroll: ['Scroll', 'The page and what scrolls in it'],
  type: ['Type', 'Never in hidden, password or payment fields'],
  select: ['Choose in lists', 'Options of select boxes'],
  navigate: ['Open other pages', 'Of this website only; back and forward'],
};

export const en = {
  somebody: 'Guest',
  panel: (visitor: string) => `Page of ${visitor}`,
  moveOrSize: 'Move: drag, or press the arrow keys. Change the size: Shift and arrow keys',
  end: 'End',
  endHelp: 'End the session for everybody',
  cancel: 'Cancel',
  again: 'Ask again',
  leave: 'Leave',
  leaveHelp: 'Watch no more; the others go on',
  close: 'Close',
  actual: 'Actual size (100 %)',
  fullscreen: 'Full screen',
  leaveFullscreen: 'Leave full screen',
  stage: 'The visitor’s page',
  tools: 'Pointer',
  modes,
  elapsed: 'Duration of the session',
  asking: (visitor: string): Told => [
    `Asking ${visitor} to share the page…`,
    'You see nothing before the question on the page has been answered.',
  ],
  waiting: (visitor: string): Told => [
    `${visitor} shares the page. The first picture is on its way…`,
    'Large pages take a few seconds.',
  ],
  progress: 'Progress of the first picture',
  live: 'Live',
  paused: (visitor: string): Told => [
    'Catching up…',
    `The page of ${visitor} changes faster than it can be sent. You see it as it was a moment ago.`,
  ],
  away: (visitor: string): Told => [
    `${visitor} is away.`,
    'The page was closed or the connection lost. It goes on by itself when the visitor is back.',
  ],
  lost: ['Connection lost. Reconnecting…', 'You see the page as it was before.'] as Told,
  askControl: 'Ask for control',
  askControlShort: 'Control…',
  askControlHelp: 'Ask the visitor to let you act in the page',
  askTitle: (visitor: string) => `What should ${visitor} allow you?`,
  askNote: 'The visitor decides about each of these and can stop you at any time.',
  capabilities,
  ask: 'Ask',
  asked: (visitor: string) => `Waiting for ${visitor} to allow it…`,
  askedShort: 'Waiting…',
  stopAsking: 'Stop asking',
  release: 'Give back',
  releaseHelp: 'Give control back to the visitor',
  othersControl: (agent: string) => `${agent} controls the page`,
  othersAsk: (agent: string) => `${agent} is asking for control`,
  elsewhereControl: 'You control it in another tab',
  elsewhereAsk: 'You are asking in another tab',
  takeOver: 'Take over',
  takeOverHelp: 'Ask the visitor to let you act in the page from here; until then nothing changes',
  viewers: (count: number) => (count === 1 ? 'Only you watch' : `${count} people watch`),
  watching: 'Who watches',
  you: (name: string) => `${name} (you)`,
  tabs: (count: number) => (count === 1 ? '1 page open' : `${count} pages open`),
  tabsTitle: 'The visitor’s pages on this site',
  tabsNote: 'You see the one that is in front at the visitor.',
  shownTab: 'shown',
  hidden: 'What is hidden',
  hiddenTitle: 'Hidden before it leaves the visitor’s browser',
  hiddenNotes: [
    'Stars (***) stand for text that is masked: what the visitor types or chooses, unless the site shows it.',
    'Empty hatched boxes stand for parts that the site leaves out altogether.',
    'Passwords and payment fields never reach you, and nobody can control them.',
  ],
  page: 'Page shown',
  goTo: 'Open another page of this website',
  back: 'Back',
  forward: 'Forward',
  reload: 'Reload',
  over,
  errors,
  troubles,
  failed: 'That did not work. Try again.',
};

export type CobrowseTexts = typeof en;
