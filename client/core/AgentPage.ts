import type { MethodRequest } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { VisitorId } from '#protocol/ids.ts';
import { lowerCase } from '#protocol/lowerCase.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { CallHandle } from '../calling/CallHandle.ts';
import type { ConversationWatcher } from '../chat/AgentConversations.ts';
import type { ConversationHandle } from '../chat/ConversationHandle.ts';
import type { CobrowseHandle } from '../cobrowse/agent/CobrowseHandle.ts';
import type { CobrowseWatcher } from '../cobrowse/agent/CobrowseList.ts';
import type { Redeemed } from '../page/CV.ts';
import type { Tell } from '../page/CvEvents.ts';
import type { Watcher } from '../presence/UserDirectory.ts';
import { AgentSession, type Watchers } from './AgentSession.ts';
import type { KeptValue } from './KeptValue.ts';
import { askRest, redeemCode } from './rest.ts';
import type { StorageKind } from './storedKeys.ts';

export interface AgentPageOptions {
  boot: WidgetBoot;
  tokens: Record<StorageKind, KeptValue>;
  tell: Tell;
  /** The page acts for an agent from now on. */
  onAgent(): void;
}

/** The page API of agents: who this page acts for, and everything that needs it. */
export class AgentPage {
  readonly #options: AgentPageOptions;
  readonly #watchers: Watchers = { users: new Set(), conversations: new Set(), cobrowses: new Set() };
  #current: { token: string; session: AgentSession } | undefined;

  constructor(options: AgentPageOptions) {
    this.#options = options;
    const { boot, tokens, tell } = options;
    const { session, local } = tokens;
    addEventListener('storage', ({ key, oldValue, newValue }) => {
      if (key !== `coview:agent:${boot.site}` || newValue !== null || local.reread() !== undefined) return;
      // Signed out in another tab, whose token is this page's too.
      if (!oldValue || oldValue !== this.#current?.token || oldValue === session.get()) return;
      this.signOut().catch(() => {});
      tell('signedOut');
    });
    const kept = session.get() ?? local.get();
    if (kept) this.#open(kept, undefined, true);
  }

  /** `auth(email, token)` or `auth(token, persist = false)`. */
  async auth(first: unknown, second?: unknown): Promise<Agent> {
    const byEmail = typeof second === 'string';
    const token = byEmail ? second : first;
    if (typeof first !== 'string' || typeof token !== 'string' || token === '') {
      throw new CvError('INVALID_INPUT', 'CV.rest.auth takes (email, token) or (token, persist).');
    }
    const agent = await this.#open(token, byEmail ? first : undefined).agent;
    if (byEmail && agent.email !== lowerCase(first.trim())) {
      throw new CvError('UNAUTHENTICATED', 'The user token belongs to another agent.');
    }
    this.#keep(!byEmail && second === true ? 'local' : 'session', token);
    return agent;
  }

  /** Exchanges the code of an agent's link, and acts for that agent; answers what the link opens. */
  async redeem(code: unknown): Promise<Redeemed> {
    if (typeof code !== 'string') throw new CvError('INVALID_INPUT', 'CV.rest.redeem takes the code of a link.');
    const { token, conversationId, cobrowse } = await redeemCode(this.#options.boot, code);
    const opened = { ...(conversationId && { conversationId }), ...(cobrowse && { cobrowse }) };
    return { agent: await this.auth(token, false), token, ...opened };
  }

  async request(verb: unknown, path: unknown, body?: unknown): Promise<unknown> {
    if (typeof verb !== 'string' || typeof path !== 'string') {
      throw new CvError('INVALID_INPUT', 'CV.rest.request takes (verb, path, body).');
    }
    await this.#session();
    return askRest({
      boot: this.#options.boot,
      verb,
      path,
      body,
      ...(this.#current && { token: this.#current.token }),
    });
  }

  /** Ends the session and forgets its token; with `revoke` the token opens nothing anywhere any more. */
  async signOut(revoke?: unknown): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    this.#forgetTokens();
    if (!current) return;
    current.session.conversations.forget();
    current.session.close();
    const { boot } = this.#options;
    if (revoke === true) await askRest({ boot, verb: 'DELETE', path: 'auth/token', token: current.token });
  }

  async users() {
    return (await this.#session()).list();
  }

  async status(query: unknown) {
    return (await this.#session()).status(query);
  }

  async onUsers(watcher: Watcher): Promise<() => void> {
    return (await this.#session()).onChange(watcher);
  }

  async startScreen(handle: CallHandle, visitorId: unknown): Promise<void> {
    try {
      if (typeof visitorId !== 'string') throw new CvError('INVALID_INPUT', 'startScreen takes a visitorId.');
      const session = await this.#session();
      if (handle.state !== 'ended') await session.startScreen(handle, visitorId as VisitorId);
    } catch (error) {
      handle.fail(error instanceof CvError ? error : new CvError('INTERNAL', 'The call could not be started.'));
    }
  }

  async startCobrowse(handle: CobrowseHandle, visitorId: unknown): Promise<void> {
    try {
      if (typeof visitorId !== 'string') throw new CvError('INVALID_INPUT', 'startCobrowse takes a visitorId.');
      const { cobrowsing } = await this.#session();
      if (handle.state !== 'ended') await cobrowsing.start(handle, visitorId as VisitorId);
    } catch (error) {
      handle.fail(error instanceof CvError ? error : new CvError('INTERNAL', 'The session could not be started.'));
    }
  }

  async joinCobrowse(handle: CobrowseHandle, idOrCode: unknown): Promise<void> {
    try {
      if (typeof idOrCode !== 'string') throw new CvError('INVALID_INPUT', 'join takes a session’s id or six digits.');
      const { cobrowsing } = await this.#session();
      if (handle.state !== 'ended') await cobrowsing.join(handle, idOrCode);
    } catch (error) {
      handle.fail(error instanceof CvError ? error : new CvError('INTERNAL', 'The session could not be joined.'));
    }
  }

  async cobrowses() {
    return (await this.#session()).cobrowsing.list();
  }

  async onCobrowses(watcher: CobrowseWatcher): Promise<() => void> {
    return (await this.#session()).cobrowsing.onChange(watcher);
  }

  async conversations(options: unknown) {
    return (await this.#session()).conversations.list((options ?? {}) as MethodRequest<'conversation.list'>);
  }

  async onConversations(watcher: ConversationWatcher): Promise<() => void> {
    return (await this.#session()).conversations.onChange(watcher);
  }

  async openConversation(handle: ConversationHandle): Promise<void> {
    try {
      (await this.#session()).conversations.open(handle);
    } catch (error) {
      handle.fail(error instanceof CvError ? error : new CvError('INTERNAL', 'It could not be opened.'));
    }
  }

  async agents() {
    return (await this.#session()).agents();
  }

  async setAvailability(availability: unknown): Promise<void> {
    return (await this.#session()).setAvailability(availability);
  }

  async #session(): Promise<AgentSession> {
    if (!this.#current) throw new CvError('UNAUTHENTICATED', 'Call CV.rest.auth with a user token first.');
    const { session } = this.#current;
    await session.agent;
    return session;
  }

  /** A page acts for one agent: the same token again goes on as it was, another one replaces it. */
  #open(token: string, email?: string, kept = false): AgentSession {
    if (this.#current?.token === token) return this.#current.session;
    this.#current?.session.close();
    const { boot, tell, onAgent } = this.#options;
    const session = new AgentSession({
      boot,
      token,
      email,
      watchers: this.#watchers,
      onConnected: (connected) => this.#current?.session === session && tell('connection', { connected }),
      onResumed: (handle) => tell('call', handle),
      onCobrowse: (handle) => tell('cobrowse', handle),
      onRefused: (before) => {
        if (this.#current?.session !== session) return;
        this.#forgetTokens();
        this.#current = undefined;
        if (before || kept) tell('signedOut');
      },
    });
    session.agent.then(onAgent, () => {});
    this.#current = { token, session };
    return session;
  }

  #keep(kind: StorageKind, token: string): void {
    const { tokens } = this.#options;
    tokens[kind === 'local' ? 'session' : 'local'].set(undefined);
    tokens[kind].set(token);
  }

  #forgetTokens(): void {
    this.#options.tokens.local.set(undefined);
    this.#options.tokens.session.set(undefined);
  }
}
