import type { EventPayload, MethodOutput, MethodRequest } from '#protocol/api.ts';
import type { VisitorChat } from '#protocol/chat.ts';
import type { CvError } from '#protocol/errors.ts';
import type { CallId, VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { Connection } from '../core/Connection.ts';
import { Emitter } from '../core/Emitter.ts';
import { isPassing } from '../core/isPassing.ts';
import { KeptValue } from '../core/KeptValue.ts';
import { tabId } from '../core/tab.ts';
import { PageReporter } from '../presence/PageReporter.ts';
import { isLeft, marked, tokenPlace, unmarked } from './leftMark.ts';

/** After the server could not do it for a while. */
const AGAIN_MS = 2_000;

export interface IdentityEvents {
  welcome: (welcome: EventPayload<'visitor.welcome'>) => void;
  /** The visitor is now this person, or nobody known. */
  changed: (person: Person | undefined) => void;
  /** A tag has told which conversation is the person's. */
  chat: (chat: VisitorChat | undefined) => void;
  /** The page has asked for a new identity: nothing of the old one is to be seen from now on. */
  leaving: () => void;
  /** That was refused. */
  stayed: () => void;
}

/** Who this browser is at the site: its token, the person it was tagged as, and the socket that stands for it. */
export class VisitorIdentity extends Emitter<IdentityEvents> {
  readonly connection: Connection;
  /** Until the first welcome what the kept token says. */
  visitorId: VisitorId | undefined;
  person: Person | undefined;
  /** The page has asked for a new identity and does not have it yet. */
  leaving = false;
  /** The call this page captures the screen for; told at every connection. */
  sharing: CallId | undefined;
  readonly #token: KeptValue;
  /** At the present connection. */
  #told: string | undefined;
  /** tag and reset take effect in the order they were called. */
  #order: Promise<unknown> = Promise.resolve();
  /** After which nobody has been tagged yet: to ask again is to ask for the same. */
  #resetting: Promise<void> | undefined;
  /** Those that have not taken effect. */
  #resets = 0;
  /** The server has told who this page is on the present connection. */
  #isWelcome = false;
  #refusal: CvError | undefined;

  constructor(boot: WidgetBoot) {
    super();
    const reporter = new PageReporter();
    const { kind, name } = tokenPlace(boot);
    this.#token = new KeptValue(kind, name);
    this.visitorId = this.token?.split('.')[0] as VisitorId | undefined;
    this.connection = new Connection({
      host: boot.host,
      site: boot.site,
      handshake: () => {
        const token = unmarked(this.#token.refresh());
        this.#told = token;
        return { role: 'visitor', tab: tabId(), token, page: reporter.report(), sharing: this.sharing };
      },
    });
    reporter.follow(this.connection);
    this.connection.onEvent('visitor.welcome', (welcome) => {
      const former = this.visitorId;
      const kept = unmarked(this.#token.refresh());
      // On a first visit another tab came in just before this one, which had no token to show: both are one visitor.
      const isNews = kept !== undefined && kept !== this.#told && kept !== welcome.token;
      if (former === undefined && isNews) return this.connection.reopen();
      this.#isWelcome = true;
      this.visitorId = welcome.visitorId;
      this.person = welcome.person;
      // Another tab reset the identity while this one was away.
      const isOther = former !== undefined && former !== welcome.visitorId;
      if (isOther) this.leaving = this.#resets > 1;
      const left = marked(welcome.token);
      const isToLeave = this.leaving || this.#token.get() === left;
      this.#token.set(isToLeave ? left : welcome.token);
      if (isOther) this.emit('changed', welcome.person);
      this.emit('welcome', welcome);
    });
    this.connection.onEvent('visitor.replaced', ({ visitorId, token }) => this.#become(visitorId, token));
    this.connection.on('connected', () => {
      this.#isWelcome = false;
    });
    this.connection.on('refused', (refusal) => {
      this.#refusal = refusal;
    });
    // What the page before this one had no time for.
    if (isLeft(this.#token.get())) this.reset().catch(() => {});
  }

  /** Proves the visitor id. */
  get token(): string | undefined {
    return unmarked(this.#token.get());
  }

  /** When every tag and reset so far has taken effect. */
  get settled(): Promise<unknown> {
    return this.#order;
  }

  tag(tag: MethodRequest<'visitor.tag'>): Promise<Person> {
    this.#resetting = undefined;
    return this.#inOrder(async () => {
      const { person, chat } = await this.connection.insist('visitor.tag', tag);
      this.person = person;
      this.emit('changed', person);
      this.emit('chat', chat);
      return person;
    });
  }

  /** Holds from now on, also for the pages after this one, should it be gone before the server has answered. */
  reset(): Promise<void> {
    this.leaving = true;
    if (this.token !== undefined) this.#token.set(marked(this.token));
    this.emit('leaving');
    if (!this.#resetting) {
      this.#resets++;
      this.#resetting = this.#inOrder(() => this.#renew());
    }
    return this.#resetting;
  }

  async #renew(): Promise<void> {
    let left = this.visitorId;
    try {
      for (;;) {
        await this.#welcomed();
        // Another tab has asked for it at the same time: what it got is the new identity.
        left ??= this.visitorId;
        if (this.visitorId !== left) return;
        const next = await this.#askForNext();
        if (next) return this.#become(next.visitorId, next.token);
      }
    } catch (error) {
      // To a page that is not let in nobody comes back.
      this.leaving = this.#refusal !== undefined;
      if (!this.leaving) this.emit('stayed');
      throw error;
    } finally {
      if (--this.#resets === 0) this.#resetting = undefined;
    }
  }

  /** Resolves when the server has told who this page is; rejects when it lets nobody in. */
  #welcomed(): Promise<void> {
    if (this.#isWelcome) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.#refusal) return reject(this.#refusal);
      const undo = this.on('welcome', () => {
        undo();
        resolve();
      });
      this.connection.on('refused', reject);
    });
  }

  /** Undefined if the server cannot do it now: to be asked again. */
  async #askForNext(): Promise<MethodOutput<'visitor.reset'> | undefined> {
    try {
      return await this.connection.request('visitor.reset', {});
    } catch (error) {
      if (!isPassing(error)) throw error;
      // A lost connection comes back by itself.
      if ((error as CvError).code !== 'TIMEOUT') await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return undefined;
    }
  }

  /** The old identity is dropped at once; the socket comes back as the new one. */
  #become(visitorId: VisitorId, token: string): void {
    if (this.visitorId === visitorId) return;
    this.leaving = this.#resets > 1;
    this.visitorId = visitorId;
    this.person = undefined;
    this.#token.set(this.leaving ? marked(token) : token);
    this.connection.reopen();
    this.emit('changed', undefined);
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const run = this.#order.then(act);
    this.#order = run.catch(() => {});
    return run;
  }
}
