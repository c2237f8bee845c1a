import type { CobrowseCapability } from '#protocol/cobrowse.ts';

const capabilities: Record<CobrowseCapability, [label: string, help: string]> = {
  pointer: ['Click and drag', 'Buttons, links and menus'],
  scroll: ['Scroll', 'To bring something into view'],
  type: ['Type', 'Never passwords, payment data or what is hidden'],
  select: ['Choose from lists', 'Such as a country or a size'],
  navigate: ['Open other pages', 'Of this website only'],
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
};

export type MoreTexts = typeof en;
