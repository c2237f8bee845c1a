import type { EventPayload, MethodRequest } from '#protocol/api.ts';
import type { VisitorChat } from '#protocol/chat.ts';
import type { Person } from '#protocol/identity.ts';
import type { CallId, VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { Connection } from '../core/Connection.ts';
import { Emitter } from '../core/Emitter.ts';
import { KeptValue } from '../core/KeptValue.ts';
import { tabId } from '../core/tab.ts';
import { PageReporter } from '../presence/PageReporter.ts';

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
  /** tag and reset take effect in the order they were called. */
  #order: Promise<unknown> = Promise.resolve();

  constructor(boot: WidgetBoot) {
    super();
    const reporter = new PageReporter();
    this.#token = new KeptValue(boot.sessionIds ? 'session' : 'local', `visitor:${boot.site}`);
    this.visitorId = this.token?.split('.')[0] as VisitorId | undefined;
    this.connection = new Connection({
      host: boot.host,
      site: boot.site,
      handshake: () => ({
        role: 'visitor',
        tab: tabId(),
        token: this.#token.refresh(),
        page: reporter.report(),
        sharing: this.sharing,
      }),
    });
    reporter.follow(this.connection);
    this.connection.onEvent('visitor.welcome', (welcome) => {
      const former = this.visitorId;
      this.visitorId = welcome.visitorId;
      this.person = welcome.person;
      this.#token.set(welcome.token);
      // Another tab reset the identity while this one was away.
      if (former !== undefined && former !== welcome.visitorId) this.emit('changed', welcome.person);
      this.emit('welcome', welcome);
    });
    this.connection.onEvent('visitor.replaced', ({ visitorId, token }) => this.#become(visitorId, token));
  }

  /** Proves the visitor id. */
  get token(): string | undefined {
    return this.#token.get();
  }

  /** When every tag and reset so far has taken effect. */
  get settled(): Promise<unknown> {
    return this.#order;
  }

  tag(tag: MethodRequest<'visitor.tag'>): Promise<Person> {
    return this.#inOrder(async () => {
      const { person, chat } = await this.connection.insist('visitor.tag', tag);
      this.person = person;
      this.emit('changed', person);
      this.emit('chat', chat);
      return person;
    });
  }

  reset(): Promise<void> {
    this.leaving = true;
    this.emit('leaving');
    return this.#inOrder(async () => {
      try {
        const { visitorId, token } = await this.connection.insist('visitor.reset', {});
        this.#become(visitorId, token);
      } catch (error) {
        this.leaving = false;
        this.emit('stayed');
        throw error;
      }
    });
  }

  /** The old identity is dropped at once; the socket comes back as the new one. */
  #become(visitorId: VisitorId, token: string): void {
    if (this.visitorId === visitorId) return;
    this.leaving = false;
    this.visitorId = visitorId;
    this.person = undefined;
    this.#token.set(token);
    this.connection.reopen();
    this.emit('changed', undefined);
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const run = this.#order.then(act);
    this.#order = run.catch(() => {});
    return run;
  }
}
