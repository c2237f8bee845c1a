import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { CallHandle } from './calling/CallHandle.ts';
import { ConversationHandle } from './chat/ConversationHandle.ts';
import { CobrowseHandle } from './cobrowse/agent/CobrowseHandle.ts';
import type { AgentPage } from './core/AgentPage.ts';
import type { Core } from './core/Core.ts';
import { Emitter } from './core/Emitter.ts';

/**
 * What a page loads first: `window.CV` with every call of the page API, which waits for the main module. The server
 * puts the site's settings in place of the string below.
 */
const boot = '__COVIEW_BOOT__' as unknown as WidgetBoot;

type Callback = (value?: unknown) => void;
/** What a method does in the main module. */
type Act = (core: Core, ...inputs: unknown[]) => unknown;

/** How often `shouldShowWebchatInterval` asks, in milliseconds. */
const INTERVAL_MS = 1_000;

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
  const complain = (error: unknown) => console.error('CoView:', error);

  /** A method that answers by promise and, where callbacks are given, by those: the result's, then the error's. */
  const method =
    (act: Act) =>
    (...args: unknown[]): Promise<unknown> => {
      const callbacks = args.filter((arg) => typeof arg === 'function') as Callback[];
      const inputs = args.filter((arg) => typeof arg !== 'function');
      const result = core.then((it) => act(it, ...inputs));
      if (callbacks.length > 0) result.then(callbacks[0], callbacks[1] ?? complain);
      return result;
    };

  /** Calls back now and at every change; answers its undo, at once. */
  const watch =
    (begin: (core: Core, watcher: never) => Promise<() => void>) =>
    (watcher: Callback): (() => void) => {
      const begun = core.then((it) => begin(it, watcher as never));
      begun.catch(complain);
      return () => void begun.then((undo) => undo()).catch(() => {});
    };

  /** Answers the handle at once; what drives it loads. */
  const handled = <Handle extends { fail(error: CvError): void }>(
    handle: Handle,
    act: (agent: AgentPage, handle: Handle) => unknown,
  ): Handle => {
    core
      .then((it) => it.agent())
      .then(
        (agent) => act(agent, handle),
        (error) => handle.fail(error),
      );
    return handle;
  };

  const shouldShow = method((it) => it.chat.visibility.shouldShow());

  const CV = {
    loaded: true,
    user: {
      tag: method((it, tag) => it.tag(tag)),
      reset: method((it) => it.reset()),
      list: method(async (it) => (await it.agent()).users()),
      status: method(async (it, query) => (await it.agent()).status(query)),
      onChange: watch(async (it, watcher) => (await it.agent()).onUsers(watcher)),
    },
    chat: {
      open: method((it) => it.chat.open()),
      close: method((it) => it.chat.close()),
      show: method((it) => it.chat.show()),
      hide: method((it) => it.chat.hide()),
      send: method((it, text) => it.send(text)),
    },
    api: {
      isAgentOnline: method((it) => it.chat.visibility.isAgentOnline()),
      hasActionRuleMatched: method((it) => it.chat.visibility.matchedEvents()),
      shouldShowWebchat(yes?: Callback, no?: Callback): Promise<unknown> {
        const asked = shouldShow();
        asked.then((show) => (show ? yes?.() : no?.()), no);
        return asked;
      },
      /** Asks again and again, until yes; answers its undo. */
      shouldShowWebchatInterval(yes?: Callback, no?: Callback): () => void {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let undone = false;
        const again = (error?: unknown) => {
          if (undone) return;
          timer = setTimeout(ask, INTERVAL_MS);
          no?.(error);
        };
        const ask = () => {
          shouldShow().then((show) => (show ? undone || yes?.() : again()), again);
        };
        ask();
        return () => {
          undone = true;
          clearTimeout(timer);
        };
      },
    },
    rest: {
      auth: method(async (it, first, second) => (await it.agent()).auth(first, second)),
      redeem: method(async (it, code) => (await it.agent()).redeem(code)),
      request: method(async (it, verb, path, body) => (await it.agent()).request(verb, path, body)),
      signOut: method(async (it, revoke) => (await it.agent()).signOut(revoke)),
    },
    conversations: {
      list: method(async (it, options) => (await it.agent()).conversations(options)),
      onChange: watch(async (it, watcher) => (await it.agent()).onConversations(watcher)),
      open(conversationId: unknown): ConversationHandle {
        return handled(new ConversationHandle(conversationId), (agent, handle) => agent.openConversation(handle));
      },
    },
    agents: {
      list: method(async (it) => (await it.agent()).agents()),
      setAvailability: method(async (it, availability) => (await it.agent()).setAvailability(availability)),
    },
    calling: {
      startScreen(visitorId: unknown): CallHandle {
        return handled(new CallHandle(), (agent, handle) => agent.startScreen(handle, visitorId));
      },
      startCobrowse(visitorId: unknown): CobrowseHandle {
        return handled(new CobrowseHandle(), (agent, handle) => agent.startCobrowse(handle, visitorId));
      },
    },
    cobrowse: {
      /** Whether the site has it. */
      enabled: boot.cobrowse !== undefined,
      start: method((it) => it.cobrowse.start()),
      stop: method((it) => it.cobrowse.stop()),
      code: method((it) => it.cobrowse.code()),
      list: method(async (it) => (await it.agent()).cobrowses()),
      onChange: watch(async (it, watcher) => (await it.agent()).onCobrowses(watcher)),
      join(idOrCode: unknown): CobrowseHandle {
        return handled(new CobrowseHandle(), (agent, handle) => agent.joinCobrowse(handle, idOrCode));
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
