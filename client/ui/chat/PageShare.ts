import type { CobrowseDoor } from '../../cobrowse/CobrowseDoor.ts';

/** What the window needs of the sharing of the page. */
export type PageShare = Pick<
  CobrowseDoor,
  'isSharing' | 'isOffered' | 'offer' | 'refuse' | 'on' | 'start' | 'stop' | 'code'
>;
