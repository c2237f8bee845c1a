import type { MethodRequest } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import { MAX_MESSAGE_CHARS } from '#protocol/limits.ts';
import type { Person } from '#protocol/person.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { CallDoor } from '../calling/CallDoor.ts';
import { ChatDoor } from '../chat/ChatDoor.ts';
import { CobrowseDoor } from '../cobrowse/CobrowseDoor.ts';
import { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { Tell } from '../page/CvEvents.ts';
import type { AgentPage } from './AgentPage.ts';
import { KeptValue } from './KeptValue.ts';
import { Late } from './Late.ts';
import { notLoaded } from './notLoaded.ts';

/** Everything behind `window.CV`: a visitor's page always, and an agent's once it has authenticated. */
export class Core {
  readonly chat: ChatDoor;
  readonly cobrowse: CobrowseDoor;
  readonly #boot: WidgetBoot;
  readonly #tell: Tell;
  readonly #identity: VisitorIdentity;
  readonly #tokens: Record<'session' | 'local', KeptValue>;
  readonly #agent = new Late(async () => {
    const { AgentPage } = await import('./AgentPage.ts');
    return new AgentPage({
      boot: this.#boot,
      tokens: this.#tokens,
      tell: this.#tell,
      onAgent: () => {
        this.#isAgents = true;
        this.chat.withdraw();
      },
    });
  });
  #isAgents = false;

  constructor(boot: WidgetBoot, tell: Tell) {
    this.#boot = boot;
    this.#tell = tell;
    const identity = new VisitorIdentity(boot);
    const { connection } = identity;
    this.#identity = identity;
    new CallDoor({ identity, language: boot.language, onCall: (call) => tell('call', call) });
    this.cobrowse = new CobrowseDoor({ boot, identity, onCobrowse: (session) => tell('cobrowse', session) });
    this.chat = new ChatDoor({
      boot,
      identity,
      share: boot.cobrowse && this.cobrowse,
      onMessage: (message) => tell('message', message),
      onUnread: (unread) => tell('unread', { unread }),
    });
    this.chat.visibility.on('rule', (matched) => tell('rule', { matched }));
    identity.on('changed', (person) => tell('identity', person));
    // On an agent's page the agent's connection is the one that counts.
    connection.on('connected', (connected) => this.#isAgents || tell('connection', { connected }));
    connection.on('refused', (error) => console.error(`CoView: ${error.message}`));
    const ready = identity.on('welcome', () => {
      ready();
      tell('ready');
    });
    connection.open();
    this.#tokens = {
      session: new KeptValue('session', `agent:${boot.site}`),
      local: new KeptValue('local', `agent:${boot.site}`),
    };
    if (this.#tokens.session.get() ?? this.#tokens.local.get()) {
      // Not only when the token has been found good: the launcher would flash up meanwhile.
      this.chat.withdraw();
      this.agent().catch(() => {});
    }
  }

  async tag(tag: unknown): Promise<Person> {
    if (typeof tag !== 'object' || tag === null) throw new CvError('INVALID_INPUT', 'CV.user.tag takes an object.');
    return this.#identity.tag(tag as MethodRequest<'visitor.tag'>);
  }

  reset(): Promise<void> {
    return this.#identity.reset();
  }

  async send(text: unknown): Promise<void> {
    if (typeof text !== 'string' || text.trim() === '') {
      throw new CvError('INVALID_INPUT', 'CV.chat.send takes a text.');
    }
    if (text.length > MAX_MESSAGE_CHARS) {
      throw new CvError('INVALID_INPUT', `CV.chat.send takes at most ${MAX_MESSAGE_CHARS} characters.`);
    }
    await this.chat.send(text);
  }

  /** What only agents' pages need, loaded when one asks for it. */
  agent(): Promise<AgentPage> {
    return this.#agent.get().catch(notLoaded);
  }
}
