import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { CallHandle } from '../calling/CallHandle.ts';
import { ConversationHandle } from '../chat/ConversationHandle.ts';
import { CobrowseHandle } from '../cobrowse/agent/CobrowseHandle.ts';
import type { AgentPage } from '../core/AgentPage.ts';
import { arrive } from '../core/arrive.ts';
import type { Core } from '../core/Core.ts';
import { complain } from '../core/complain.ts';
import { Emitter } from '../core/Emitter.ts';
import { notLoaded } from '../core/notLoaded.ts';
import { markLeft } from '../identity/leftMark.ts';
import type { CV, RestApi, Undo } from './CV.ts';
import type { CvEvents } from './CvEvents.ts';

type Callback = (value?: unknown) => void;

/** How often `shouldShowWebchatInterval` asks, in milliseconds. */
const INTERVAL_MS = 1_000;

export interface MadeCV {
  CV: CV;
  /** Resolves when the main module is there, which is asked for again if it did not come; rejects with UNAVAILABLE. */
  load(boot: WidgetBoot): Promise<unknown>;
}

/** Every call of the page API, each of which waits for the main module; `load` has to be called before them. */
export function makeCV(boot: WidgetBoot): MadeCV {
  const events = new Emitter<CvEvents>();
  let core: Promise<Core>;
  let hasFailed = true;

  const load = (by: WidgetBoot): Promise<Core> => {
    if (!hasFailed) return core;
    hasFailed = false;
    const heard = new Map<string, string>();
    const hearing = new AbortController();
    for (const name of by.events ?? []) {
      // As the rules will listen, which take what came before them from here.
      const hear = ({ target }: Event) => {
        if (target === window || target === document) heard.set(name, location.href);
      };
      addEventListener(name, hear, { capture: true, signal: hearing.signal });
    }
    core = arrive(by.core)
      .then(() => import(/* @vite-ignore */ by.core))
      .then(
        (module: typeof import('../core/start.ts')) =>
          module.start({ ...by, heard }, (...told) => events.emit(...told)),
        notLoaded,
      );
    core.catch((error) => {
      hasFailed = true;
      hearing.abort();
      complain(error);
    });
    return core;
  };

  /** A method that answers by promise and, where callbacks are given, by those: the result's, then the error's. */
  const method =
    <Result>(act: (core: Core, ...inputs: unknown[]) => Result | Promise<Result>) =>
    (...args: unknown[]): Promise<Result> => {
      const callbacks = args.filter((arg) => typeof arg === 'function') as Callback[];
      const inputs = args.filter((arg) => typeof arg !== 'function');
      const result = core.then((it) => act(it, ...inputs));
      if (callbacks.length > 0) result.then(callbacks[0], callbacks[1] ?? complain);
      return result;
    };

  /** Calls back now and at every change; answers its undo, at once. */
  const watch =
    <Watcher>(begin: (core: Core, watcher: Watcher) => Promise<Undo>) =>
    (watcher: Watcher): Undo => {
      expectFunction(watcher);
      const begun = core.then((it) => begin(it, watcher));
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

  const reset = method((it) => it.reset());
  const shouldShow = method((it) => it.chat.visibility.shouldShow());

  const CV: CV = {
    user: {
      tag: method((it, tag) => it.tag(tag)),
      reset(...args) {
        markLeft(boot);
        return reset(...args);
      },
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
      shouldShowWebchat(yes, no) {
        const asked = shouldShow();
        asked.then((show) => (show ? yes?.() : no?.()), no);
        return asked;
      },
      shouldShowWebchatInterval(yes, no) {
        let timer: ReturnType<typeof setTimeout> | undefined;
        let undone = false;
        let resolve: (show: boolean) => void = () => {};
        const answer = new Promise<boolean>((done) => (resolve = done));
        const again = (error?: CvError) => {
          if (undone) return;
          timer = setTimeout(ask, INTERVAL_MS);
          no?.(error);
        };
        const ask = () => {
          shouldShow().then((show) => {
            if (!show) return again();
            resolve(!undone);
            if (!undone) yes?.();
          }, again);
        };
        ask();
        const undo = () => {
          undone = true;
          clearTimeout(timer);
          resolve(false);
        };
        // biome-ignore lint/suspicious/noThenProperty: callbacks or promises, as everywhere; and the undo at once
        return Object.assign(undo, { then: answer.then.bind(answer) });
      },
    },
    rest: {
      auth: method(async (it, first, second) => (await it.agent()).auth(first, second)),
      redeem: method(async (it, code) => (await it.agent()).redeem(code)),
      request: method(async (it, verb, path, body) =>
        (await it.agent()).request(verb, path, body),
      ) as RestApi['request'],
      signOut: method(async (it, revoke) => (await it.agent()).signOut(revoke)),
    },
    conversations: {
      list: method(async (it, options) => (await it.agent()).conversations(options)),
      onChange: watch(async (it, watcher) => (await it.agent()).onConversations(watcher)),
      open(conversationId) {
        return handled(new ConversationHandle(conversationId), (agent, handle) => agent.openConversation(handle));
      },
    },
    agents: {
      list: method(async (it) => (await it.agent()).agents()),
      setAvailability: method(async (it, availability) => (await it.agent()).setAvailability(availability)),
    },
    calling: {
      startScreen(visitorId) {
        return handled(new CallHandle(), (agent, handle) => agent.startScreen(handle, visitorId));
      },
      startCobrowse(visitorId) {
        return handled(new CobrowseHandle(), (agent, handle) => agent.startCobrowse(handle, visitorId));
      },
    },
    cobrowse: {
      enabled: boot.cobrowse !== undefined,
      start: method((it) => it.cobrowse.start()),
      stop: method((it) => it.cobrowse.stop()),
      code: method((it) => it.cobrowse.code()),
      list: method(async (it) => (await it.agent()).cobrowses()),
      onChange: watch(async (it, watcher) => (await it.agent()).onCobrowses(watcher)),
      join(idOrCode) {
        return handled(new CobrowseHandle(), (agent, handle) => agent.joinCobrowse(handle, idOrCode));
      },
    },
    on(event, listener) {
      expectFunction(listener);
      return events.on(event, listener);
    },
  };
  return { CV, load };
}

function expectFunction(listener: unknown): void {
  if (typeof listener !== 'function') throw new CvError('INVALID_INPUT', 'A function has to be given, to call back.');
}
