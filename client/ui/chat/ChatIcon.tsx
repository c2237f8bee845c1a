import { iconsOf } from '../iconsOf.tsx';

export const ChatIcon = iconsOf({
  send: 'M4 12l16-8-5 16-3-6zM12 14l8-10',
  clip: 'M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L9.8 17.3a1.7 1.7 0 0 1-2.4-2.4L15 7.3',
  smile: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M8.5 14.5a4.3 4.3 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  down: 'M12 5v14M6 13l6 6 6-6',
  offline: 'M4 4l16 16M8 15a6 6 0 0 1 6-1.5M5 11.5a10 10 0 0 1 4-2.3M13 8.5a10 10 0 0 1 6 3M12 19h.01',
  clock: 'M3 12a9 9 0 1 0 18 0 9 9 0 1 0-18 0M12 7v5l3 2',
  share: 'M3 5h18v10M3 5v13h8M3 9h18M14 13l7 3-3 1.3L16.7 21z',
});
