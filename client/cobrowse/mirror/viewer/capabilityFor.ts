import type { CobrowseCapability, CobrowseCommand } from '#protocol/cobrowse.ts';

/** As in the contract, which would bring its schemas with it. */
export const capabilityFor: Readonly<Record<CobrowseCommand['do'], CobrowseCapability>> = {
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
