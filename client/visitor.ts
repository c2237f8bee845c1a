import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from './core/complain.ts';
import { cvOfPage } from './page/cvOfPage.ts';

/** What a page loads first: `window.CV`. The server puts the site's settings in place of the string below. */
const boot = '__COVIEW_BOOT__' as unknown as WidgetBoot;

function install(): void {
  const page = window as unknown as {
    CV?: { q?: unknown; loaded?: boolean };
    CVLoaded?: unknown;
  };
  const { CV } = cvOfPage(boot);
  /** A queued call: a function, or `[path, ...arguments]` such as `['user.tag', {…}]`. */
  const call = (what: unknown): void => {
    if (typeof what === 'function') return void (what as () => void)();
    const [path, ...args] = Array.from(what as ArrayLike<unknown>);
    const target = String(path)
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], CV);
    if (typeof target === 'function') target(...args);
    else console.error(`CoView: there is no CV.${path}`);
  };

  /** One that fails stops none of the others. */
  const run = (queued: unknown): void => {
    try {
      call(queued);
    } catch (error) {
      complain(error);
    }
  };

  const queued = page.CV?.q;
  page.CV = Object.assign(CV, { loaded: true, q: { push: (...calls: unknown[]) => calls.forEach(run) } });
  // Loaded once more, by a page that routes by itself, it answers those who have begun to wait since.
  if (Array.isArray(queued)) queued.forEach(run);
  const waiting = page.CVLoaded;
  page.CVLoaded = true;
  if (typeof waiting === 'function') waiting();
}

install();
