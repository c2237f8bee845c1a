import type { MethodRequest } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { Agent, Person } from '#protocol/identity.ts';
import type { VisitorId } from '#protocol/ids.ts';
import type { ActiveUser, UserStatus } from '#protocol/presence.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { CallHandle } from '../calling/CallHandle.ts';
import { VisitorCalling } from '../calling/VisitorCalling.ts';
import { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { Watcher } from '../presence/UserDirectory.ts';
import type { AgentSession } from './AgentSession.ts';
import { KeptValue, type StorageKind } from './KeptValue.ts';

/** Told to the page by `CV.on`. */
export type Tell = (event: 'ready' | 'identity' | 'connection' | 'call', detail: unknown) => void;

/** Everything behind `window.CV`: a visitor's page always, and an agent's once it has authenticated. */
export class Core {
  readonly #boot: WidgetBoot;
  readonly #tell: Tell;
  readonly #identity: VisitorIdentity;
  readonly #tokens: Record<StorageKind, KeptValue>;
  readonly #watchers = new Set<Watcher>();
  #agent: { token: string; session: Promise<AgentSession> } | undefined;

  constructor(boot: WidgetBoot, tell: Tell) {
    this.#boot = boot;
    this.#tell = tell;
    const identity = new VisitorIdentity(boot);
    this.#identity = identity;
    new VisitorCalling(identity, boot.language, (call) => tell('call', call));
    identity.on('changed', (person) => tell('identity', person));
    identity.connection.on('connected', (connected) => tell('connection', { connected }));
    identity.connection.on('refused', (error) => console.error(`CoView: ${error.message}`));
    const ready = identity.on('welcome', () => {
      ready();
      tell('ready', undefined);
    });
    identity.connection.open();
    this.#tokens = {
      session: new KeptValue('session', `agent:${boot.site}`),
      local: new KeptValue('local', `agent:${boot.site}`),
    };
    const kept = this.#tokens.session.get() ?? this.#tokens.local.get();
    if (kept) this.#open(kept).catch(() => {});
  }

  async tag(tag: unknown): Promise<Person> {
    if (typeof tag !== 'object' || tag === null) throw new CvError('INVALID_INPUT', 'CV.user.tag takes an object.');
    return this.#identity.tag(tag as MethodRequest<'visitor.tag'>);
  }

  reset(): Promise<void> {
    return this.#identity.reset();
  }

  /** `auth(email, token)` or `auth(token, persist = false)`. */
  async auth(first: unknown, second?: unknown): Promise<Agent> {
    const byEmail = typeof second === 'string';
    const token = byEmail ? second : first;
    if (typeof first !== 'string' || typeof token !== 'string' || token === '') {
      throw new CvError('INVALID_INPUT', 'CV.rest.auth takes (email, token) or (token, persist).');
    }
    const kind: StorageKind = !byEmail && second === true ? 'local' : 'session';
    const session = await this.#open(token, byEmail ? first : undefined);
    const agent = await session.agent;
    if (byEmail && agent.email !== first.trim().toLowerCase()) {
      throw new CvError('UNAUTHENTICATED', 'The user token belongs to another agent.');
    }
    this.#forgetTokens();
    this.#tokens[kind].set(token);
    return agent;
  }

  async list(): Promise<ActiveUser[]> {
    return (await this.#session()).list();
  }

  async status(query: unknown): Promise<UserStatus> {
    return (await this.#session()).status(query);
  }

  async onChange(watcher: Watcher): Promise<() => void> {
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

  async #session(): Promise<AgentSession> {
    if (!this.#agent) throw new CvError('UNAUTHENTICATED', 'Call CV.rest.auth with a user token first.');
    const session = await this.#agent.session;
    await session.agent;
    return session;
  }

  /** A page acts for one agent: the same token again goes on as it was, another one replaces it. */
  #open(token: string, email?: string): Promise<AgentSession> {
    const former = this.#agent;
    if (former?.token === token) return former.session;
    const opened = (async () => {
      const { AgentSession } = await import('./AgentSession.ts');
      (await former?.session.catch(() => undefined))?.close();
      return new AgentSession({
        boot: this.#boot,
        token,
        email,
        watchers: this.#watchers,
        onResumed: (handle) => this.#tell('call', handle),
        onRefused: () => {
          if (this.#agent?.session !== opened) return;
          this.#forgetTokens();
          this.#agent = undefined;
        },
      });
    })();
    this.#agent = { token, session: opened };
    return opened;
  }

  #forgetTokens(): void {
    this.#tokens.local.set(undefined);
    this.#tokens.session.set(undefined);
  }
}
