import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { CallHandle } from './calling/CallHandle.ts';
import type { Core } from './core/Core.ts';
import { Emitter } from './core/Emitter.ts';

/**
 * What a page loads first: `window.CV` with every call of the page API, which waits for the main module. The server
 * puts the site's settings in place of the string below.
 */
const boot = '__COVIEW_BOOT__' as unknown as WidgetBoot;

type Callback = (value: unknown) => void;
type CoreMethod = 'tag' | 'reset' | 'auth' | 'list' | 'status';

function install(): void {
  const page = window as unknown as {
    CV?: { q?: unknown; loaded?: boolean };
    CVLoaded?: unknown;
  };
  if (page.CV?.loaded) return;

  const events = new Emitter<Record<string, (detail: unknown) => void>>();
  const core: Promise<Core> = import(/* @vite-ignore */ boot.core).then(
    (module: typeof import('./core/start.ts')) => module.start(boot, (event, detail) => events.emit(event, detail)),
    (cause) => {
      throw new CvError('UNAVAILABLE', 'CoView could not be loaded; check the network and the page’s CSP.', { cause });
    },
  );
  core.catch((error) => console.error('CoView:', error));

  /** A method that answers by promise and, where callbacks are given, by those: the result's, then the error's. */
  const method =
    (name: CoreMethod) =>
    (...args: unknown[]): Promise<unknown> => {
      const callbacks = args.filter((arg) => typeof arg === 'function') as Callback[];
      const inputs = args.filter((arg) => typeof arg !== 'function');
      const result = core.then((it) => (it[name] as (...inputs: unknown[]) => Promise<unknown>)(...inputs));
      if (callbacks.length > 0) {
        result.then(callbacks[0], callbacks[1] ?? ((error) => console.error(`CoView: CV ${name}:`, error)));
      }
      return result;
    };

  const CV = {
    loaded: true,
    user: {
      tag: method('tag'),
      reset: method('reset'),
      list: method('list'),
      status: method('status'),
      /** Calls back with the whole list, now and at every change; answers its undo. */
      onChange(watcher: Callback): () => void {
        let undo: (() => void) | undefined;
        let undone = false;
        core
          .then((it) => it.onChange(watcher))
          .then(
            (real) => {
              undo = real;
              if (undone) real();
            },
            (error) => console.error('CoView: CV.user.onChange:', error),
          );
        return () => {
          undone = true;
          undo?.();
        };
      },
    },
    rest: { auth: method('auth') },
    calling: {
      startScreen(visitorId: unknown): CallHandle {
        const handle = new CallHandle();
        core.then(
          (it) => it.startScreen(handle, visitorId),
          (error) => handle.fail(error),
        );
        return handle;
      },
    },
    on: (event: string, listener: (detail: unknown) => void) => events.on(event, listener),
    q: { push: (...calls: unknown[]) => calls.forEach(run) },
  };

  /** A queued call: a function, or `[path, ...arguments]` such as `['user.tag', {…}]`. */
  function run(call: unknown): void {
    if (typeof call === 'function') return void (call as () => void)();
    const [path, ...args] = Array.from(call as ArrayLike<unknown>);
    const target = String(path)
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], CV);
    if (typeof target === 'function') target(...args);
    else console.error(`CoView: there is no CV.${path}`);
  }

  const queued = page.CV?.q;
  (page as { CV: unknown }).CV = CV;
  if (Array.isArray(queued)) queued.forEach(run);
  const waiting = page.CVLoaded;
  page.CVLoaded = true;
  if (typeof waiting === 'function') waiting();
}

install();
