import type { CobrowseCapability, CobrowseEndReason } from '#protocol/cobrowse.ts';
import type { Told } from '../../../../texts/told.ts';

/** Somebody by name, or whoever it is. */
type Agent = string | undefined;

const capabilities: Record<CobrowseCapability, [label: string, help: string]> = {
  pointer: ['Click and drag', 'Buttons, links and menus'],
  scroll: ['Scroll', 'To bring something into view'],
  type: ['Type', 'Never passwords, payment data or what is hidden'],
  select: ['Choose from lists', 'Such as a country or a size'],
  navigate: ['Open other pages', 'Of this website only'],
};

const nowSees = (agent: Agent) => (agent ? `${agent} no longer sees this page.` : 'Nobody sees this page.');

const over: Record<CobrowseEndReason, (agent: Agent) => Told> = {
  declined: () => ['You declined. Nothing of this page was shown.'],
  cancelled: (agent) => [`${agent ?? 'Our team'} withdrew the request. Nothing of this page was shown.`],
  missed: (agent) => [
    agent ? `The request ran out. ${agent} has not seen this page.` : 'Nobody could look at this page just now.',
    'If you would still like help, please try again or ask for a new request.',
  ],
  revoked: (agent) => [`You stopped sharing. ${nowSees(agent)}`],
  ended: (agent) => [`Sharing has ended. ${nowSees(agent)}`],
  disconnected: () => [
    'Sharing was stopped, because one side was away for too long.',
    'Nobody sees this page. Sharing starts again only if you agree to it.',
  ],
  failed: () => ['This page could not be shared.', 'Nobody sees it. Please try again in a moment.'],
};

export const en = {
  readOut: 'Read out this code:',

  asks: (agent: string) => `${agent} would like to act in this page`,
  allows: 'You decide what is allowed:',
  watched: (agent: string) => `You see everything that ${agent} does. One click or the Escape key stops it at once.`,
  allow: 'Allow',
  refuse: 'Not now',
  capabilities,
  acts: (agent: string) => `${agent} can act in this page`,
  /** In the order of the capabilities. */
  doings: {
    pointer: 'click',
    scroll: 'scroll',
    type: 'type',
    select: 'choose',
    navigate: 'open pages',
  } satisfies Record<CobrowseCapability, string>,
  escapes: 'Escape stops it.',
  stopControl: 'Stop',
  stopControlHelp: 'Take control back (Escape)',
  escape: 'Esc',

  notice: 'Sharing of this page',
  close: 'Close',
  over,
};

export type MoreTexts = typeof en;
