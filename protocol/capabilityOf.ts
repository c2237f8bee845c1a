import type { CobrowseCapability, CobrowseCommand } from './cobrowse.ts';

/** The capability that a command needs. */
export const capabilityOf: Readonly<Record<CobrowseCommand['do'], CobrowseCapability>> = {
  move: 'pointer',
  down: 'pointer',
  up: 'pointer',
  scroll: 'scroll',
  text: 'type',
  key: 'type',
  select: 'select',
  fill: 'type',
  go: 'navigate',
};
