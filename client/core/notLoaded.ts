import { CvError } from '#protocol/errors.ts';

/** What a page is told whose part did not come. */
export function notLoaded(cause: unknown): never {
  throw new CvError('UNAVAILABLE', 'CoView could not be loaded; check the network and the page’s CSP.', { cause });
}
