import type { ShownMessage } from '#client/chat/ShownMessage.ts';
import { VisitorChat } from '#client/chat/VisitorChat.ts';
import { Emitter } from '#client/core/Emitter.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import type { IdentityEvents } from '#client/identity/VisitorIdentity.ts';
import type { RuleId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Person } from '#protocol/person.ts';
import type { SiteState } from '#protocol/rules.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { FakeConnection, type FakeServer } from './FakeServer.ts';

export const boot: WidgetBoot = {
  site: 'demo',
  host: 'https://coview.example',
  sessionIds: false,
  language: 'auto',
  languages: [],
  widget: { color: '#1f6feb', position: 'right', offset: { x: 20, y: 20 }, sound: false, texts: {} },
  files: { maxBytes: 1000 },
  core: '',
};

export const state: SiteState = {
  visibility: 'visible',
  rules: [],
  agents: { online: true, available: true },
  open: true,
};

/** Who the browser is, told by the test. */
export class TestIdentity extends Emitter<IdentityEvents> {
  visitorId: VisitorId | undefined;
  person: Person | undefined;
  token = 'token';
  leaving = false;
  settled: Promise<unknown> = Promise.resolve();
  readonly connection: FakeConnection['wire'];

  constructor(connection: FakeConnection, visitorId: VisitorId | undefined) {
    super();
    this.connection = connection.wire;
    this.visitorId = visitorId;
  }
}

class TestVisibility extends Emitter<{
  changed: () => void;
  open: () => void;
  rule: (matched: readonly string[]) => void;
}> {
  visible = true;
  state: SiteState | undefined = state;
  greeting: { id: RuleId; text: string } | undefined;
  sent(): void {
    this.greeting = undefined;
    this.emit('changed');
  }
}

/** One tab of a visitor's browser with the chat in it. */
export class VisitorTab {
  readonly server: FakeServer;
  readonly connection: FakeConnection;
  readonly identity: TestIdentity;
  readonly visibility = new TestVisibility();
  readonly chat: VisitorChat;
  readonly told: ShownMessage[] = [];

  constructor(
    server: FakeServer,
    { visitorId = newId<VisitorId>('v'), known = true, connected = true, site = {} as Partial<WidgetBoot> } = {},
  ) {
    this.server = server;
    this.connection = new FakeConnection(server);
    this.connection.connected = connected;
    this.identity = new TestIdentity(this.connection, known ? visitorId : undefined);
    this.chat = new VisitorChat({
      boot: { ...boot, ...site },
      identity: this.identity,
      visibility: this.visibility,
      opened: new KeptValue('session', 'open:demo'),
      onMessage: (message) => this.told.push(message),
    });
  }

  get texts(): string[] {
    return this.chat.view.messages.map(({ text }) => text);
  }

  get states(): string[] {
    return this.chat.view.messages.map(({ state: one }) => one);
  }

  /** The first event of a connection. */
  welcome(): void {
    const { visitorId, person } = this.identity;
    if (!visitorId) throw new Error('a welcome names the visitor');
    const chat = structuredClone(this.server.chat);
    this.identity.emit('welcome', { visitorId, token: 'token', person, chat, calls: [], state });
  }

  comeBack(): void {
    this.connection.comeBack();
    this.welcome();
  }

  /** The page has told who its user is. */
  become(person: Partial<Person> | undefined): void {
    this.identity.person = person as Person | undefined;
    this.identity.emit('changed', this.identity.person);
    this.identity.emit('chat', structuredClone(this.server.chat));
  }

  /** The page asks for a reset. */
  leave(): void {
    this.identity.leaving = true;
    this.identity.emit('leaving');
  }

  stay(): void {
    this.identity.leaving = false;
    this.identity.emit('stayed');
  }

  /** A reset takes effect. */
  renew(visitorId = newId<VisitorId>('v')): void {
    this.identity.leaving = false;
    this.identity.visitorId = visitorId;
    this.identity.person = undefined;
    this.identity.emit('changed', undefined);
  }
}
