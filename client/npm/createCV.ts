import { CvError } from '#protocol/errors.ts';
import type { CV } from '../page/CV.ts';

/** Which CoView, and which of its sites. */
export interface CvOptions {
  /** Origin of the CoView server, such as `https://support.example.com`. */
  host: string;
  /** The site's short name, as in `/cdn/js/SITE.js`. */
  site: string;
}

/** How often this page could not load it: a browser may remember that an address failed, and another one is new to it. */
let failures = 0;

/**
 * Puts the widget on this page and resolves to the page API, once it can work. The package brings types and this
 * function; all else comes from the server, and so is always of its version. `window.CV` is not touched.
 *
 * A page has one widget, for as long as it lives: for the same site every further call, of the script too, has the same
 * CV, so that components may call this whenever they mount; `CV.chat.hide()` takes the chat off the page.
 *
 * Rejects with CvError: INVALID_INPUT (no such address), NOT_FOUND (the server has no such site), CONFLICT (the page has
 * the widget of another site), UNAVAILABLE (the server cannot be reached, or the page's CSP does not have it in
 * `script-src`; calling again tries again), UNSUPPORTED (not in a browser's page: importing is fine anywhere).
 */
export async function createCV({ host, site }: CvOptions): Promise<CV> {
  const address = addressOf(host, site);
  if (typeof document === 'undefined') {
    throw new CvError('UNSUPPORTED', 'createCV works in a browser’s page alone; call it there, after rendering.');
  }
  if (failures > 0) address.searchParams.set('try', String(failures));
  const module = await import(/* webpackIgnore: true */ /* @vite-ignore */ address.href).catch(async (cause) => {
    failures += 1;
    throw await whyNot(address, site, cause);
  });
  return (module as typeof import('../module.ts')).createCV();
}

function addressOf(host: string, site: string): URL {
  if (typeof site !== 'string' || site === '') throw new CvError('INVALID_INPUT', 'createCV takes the name of a site.');
  try {
    const address = new URL(`/cdn/js/${encodeURIComponent(site)}.mjs`, host);
    if (/^https?:$/.test(address.protocol)) return address;
  } catch {
    // It is none.
  }
  throw new CvError('INVALID_INPUT', 'createCV takes a host such as https://support.example.com.');
}

/** A failed import does not say why. */
async function whyNot(address: URL, site: string, cause: unknown): Promise<CvError> {
  const answer = await fetch(address).catch(() => undefined);
  return answer?.status === 404
    ? new CvError('NOT_FOUND', `${address.origin} has no site “${site}” for this package.`, { cause })
    : new CvError('UNAVAILABLE', 'CoView could not be loaded; check the network and the page’s CSP.', { cause });
}
