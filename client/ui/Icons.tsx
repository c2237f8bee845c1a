import { iconsOf } from './iconsOf.tsx';

/** Those of calls and shared pages, and whatever more than one face shows. */
export const Icon = iconsOf({
  eye: 'M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12Zm7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  screen: 'M3 4h18v12H3zM8 20h8M12 16v4',
  shield: 'M12 3l8 3v6c0 4.5-3.2 7.8-8 9-4.8-1.2-8-4.5-8-9V6zM9 12l2 2 4-4',
  stop: 'M6 6h12v12H6z',
  close: 'M6 6l12 12M18 6L6 18',
  grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  less: 'M6 12h12',
  more: 'M8 4H4v4M16 4h4v4M4 16v4h4M20 16v4h-4',
  info: 'M12 11v5M12 8h.01M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0',
  zoom: 'M5 11a6 6 0 1 0 12 0 6 6 0 1 0-12 0M15.5 15.5L20 20M11 8.5v5M8.5 11h5',
  fullscreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  leave: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  hidden:
    'M4 4l16 16M9.5 5.4A10 10 0 0 1 12 5c6.4 0 10 7 10 7a17 17 0 0 1-3 3.9M6 7.3A17 17 0 0 0 2 12s3.6 7 10 7a10 10 0 0 0 4.5-1.1M10 10a3 3 0 0 0 4 4',
  pointer: 'M6 3l12 9-5.5 1L15.5 19l-2.5 1.2-3-6L6 18z',
});

export type IconName = Parameters<typeof Icon>[0]['name'];
