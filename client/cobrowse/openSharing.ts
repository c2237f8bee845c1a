import { lateFace } from './lateFace.ts';
import { Recording } from './Recording.ts';
import { VisitorCobrowsing, type VisitorCobrowsingOptions } from './VisitorCobrowsing.ts';

/** The visitor’s side with all that it records with. */
export const openSharing = (options: Omit<VisitorCobrowsingOptions, 'parts'>): VisitorCobrowsing =>
  new VisitorCobrowsing({
    ...options,
    parts: {
      show: lateFace(options.boot.language),
      Recording,
      loadControl: async () => (await import('./VisitorControl.ts')).VisitorControl,
    },
  });
