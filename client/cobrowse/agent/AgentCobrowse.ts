import type { CobrowseCapability, CobrowseCommand, CobrowseMark, CobrowseView } from '#protocol/cobrowse.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from '../../core/complain.ts';
import type { Wire } from '../../core/Wire.ts';
import type { UserDirectory } from '../../presence/UserDirectory.ts';
import type { MirrorMode } from '../mirror/messages.ts';
import type { CobrowseHandle } from './CobrowseHandle.ts';
import { type LoadFace, loadFace, type Panel } from './Face.ts';
import { MirrorFeed } from './MirrorFeed.ts';

export interface AgentCobrowseOptions {
  wire: Wire;
  boot: WidgetBoot;
  language: string;
  token: string;
  directory: Pick<UserDirectory, 'nameOf'>;
  handle: CobrowseHandle;
  /** This agent’s, once the server has let the page in. */
  email: () => string;
  /** Of a session before with the same visitor. */
  panel?: Panel | undefined;
  /** The session is over for the server too, and its panel closed or given on. */
  onGone: () => void;
  /** The agent asks the visitor once more; this session and its panel make way. */
  onAgain: (visitorId: VisitorId) => void;
  loadFace?: LoadFace;
}

/** The agent’s side of one session: the panel, the mirror, and both again after a reload or a lost connection. */
export class AgentCobrowse {
  readonly #options: AgentCobrowseOptions;
  readonly #feed: MirrorFeed;
  #visitor: string | undefined;
  /** By the agent’s page. */
  #renamed: string | undefined;
  #named = false;
  #view: CobrowseView | undefined;
  #mode: MirrorMode = 'view';
  #element: HTMLElement | undefined;
  #panel: Panel | undefined;
  /** Why it could not begin, or this page may not go on with it. */
  #error: CvError | undefined;
  #commands = 0;
  /** What this page takes back itself was not refused. */
  #releasing = false;
  #trouble: { n: number; code: ErrorCode } | undefined;
  #farewell: Promise<unknown> = Promise.resolve();
  #gone = false;
  readonly #unfollow: () => void;

  constructor(options: AgentCobrowseOptions) {
    this.#options = options;
    const { handle, wire, boot, token, language, panel } = options;
    this.#unfollow = wire.on('connected', () => this.#render());
    this.#feed = new MirrorFeed({
      wire,
      boot,
      token,
      onChange: () => this.#render(),
      onMark: (mark) => this.#say('cobrowse.mark', { mark }),
      onCommand: (command) => this.#command(command),
    });
    if (handle.visitorId) this.#name(handle.visitorId);
    handle.drive({
      end: () => this.#end(),
      leave: () => this.#leave(),
      attach: (element) => this.#attach(element),
      mode: (mode) => this.#setMode(mode),
      askControl: (capabilities) => this.#askControl(capabilities),
      release: () => this.#release(),
      rename: (visitor) => {
        if (this.#renamed === visitor) return;
        this.#renamed = visitor;
        this.#render();
      },
    });
    this.#panel = panel;
    this.#render();
    (options.loadFace ?? loadFace)({ host: boot.host, language, panel }).then(
      ({ panel, mirror }) => {
        if (this.#gone) {
          // One that it was given may be another’s by now.
          if (panel !== options.panel) panel.close();
          mirror.close();
          return;
        }
        this.#panel = panel;
        if (this.#element) panel.attach(this.#element);
        this.#feed.show(mirror);
        this.#showMode();
        this.#render();
      },
      (cause) => {
        complain(cause);
        this.lost(
          new CvError('UNAVAILABLE', 'CoView could not be loaded; check the network and the page’s CSP.', { cause }),
        );
      },
    );
  }

  get id(): CobrowseId | undefined {
    return this.#view?.id;
  }

  get over(): boolean {
    return this.#options.handle.state === 'ended';
  }

  async begin(ask: () => Promise<CobrowseView>): Promise<void> {
    const { handle } = this.#options;
    try {
      const session = await ask();
      if (this.over) this.#sayEnd(session.id);
      else this.update(session);
    } catch (error) {
      this.#error = error instanceof CvError ? error : new CvError('INTERNAL', 'The session could not be started.');
      handle.fail(this.#error);
      this.#render();
    }
  }

  /** It goes on after a reload or a lost connection; without a view, the server does not count this page to it. */
  resume(view?: CobrowseView): void {
    if (this.over) return;
    if (view) this.update(view);
    const session = this.#view;
    if (this.over || !session) return;
    if (session.state === 'ringing') {
      if (!view) this.lost();
      return;
    }
    this.#options.wire.request('cobrowse.join', { id: session.id }).then(
      ({ session }) => this.update(session),
      (error: CvError) => error.code !== 'TIMEOUT' && this.lost(),
    );
  }

  update(session: CobrowseView): void {
    if (this.over) return;
    const before = this.#view;
    const mightAct = this.#mayAct;
    this.#view = session;
    this.#name(session.visitorId);
    this.#feed.follow(session.id);
    this.#options.handle.update(session);
    if (this.over) this.#feed.close();
    else if (this.#mayAct !== mightAct) this.#setMode(mightAct ? 'view' : 'control');
    else this.#showMode();
    const refused = this.#asks(before) && !this.#asks(session) && !this.#mayAct && !this.#releasing;
    if (refused && !this.over) this.refusedCommand('DECLINED');
    this.#render();
  }

  frame(frame: ArrayBuffer): void {
    this.#feed.frame(frame);
  }

  mark(agent: string, mark: CobrowseMark): void {
    this.#feed.mark(agent, mark);
  }

  refusedCommand(code: ErrorCode): void {
    this.#trouble = { n: (this.#trouble?.n ?? 0) + 1, code };
    this.#render();
  }

  /** The server knows this session no more; with an error, this page no more. */
  lost(error?: CvError): void {
    if (this.over) return;
    this.#error = error;
    this.#finish('disconnected');
  }

  dismiss(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#unfollow();
    this.#feed.close();
    this.#panel?.close();
    this.#panel = undefined;
    void this.#farewell.then(() => this.#options.onGone());
  }

  /** Another session goes on in its panel, wherever that is, under the name that the visitor has there. */
  makeWay(handle: CobrowseHandle): Panel | undefined {
    const panel = this.#panel;
    this.#panel = undefined;
    if (this.#element) handle.attach(this.#element);
    if (this.#renamed) handle.rename(this.#renamed);
    this.dismiss();
    return panel;
  }

  /** What the visitor granted this page; another one of the same agent may do nothing by it. */
  get #granted(): CobrowseCapability[] {
    const control = this.#view?.control;
    return control?.here ? control.capabilities : [];
  }

  get #mayAct(): boolean {
    return this.#granted.length > 0;
  }

  #asks(view: CobrowseView | undefined): boolean {
    return view?.asked?.here === true;
  }

  #name(visitorId: VisitorId): void {
    if (this.#named) return;
    this.#named = true;
    this.#options.directory.nameOf(visitorId).then(
      (name) => {
        if (name !== visitorId) this.#visitor = name;
        this.#render();
      },
      () => {},
    );
  }

  /** Shown at once; the server hears of it as soon as it can be reached. */
  #end(): void {
    const { id } = this;
    if (id) this.#sayEnd(id);
    this.#finish(this.#options.handle.state === 'ringing' ? 'cancelled' : 'ended');
  }

  #leave(): void {
    const { id } = this;
    if (id) this.#farewell = this.#options.wire.insist('cobrowse.leave', { id }).catch(() => {});
    this.#finish('ended');
    this.dismiss();
  }

  #sayEnd(id: CobrowseId): void {
    this.#farewell = this.#options.wire.insist('cobrowse.end', { id }).catch(() => {});
  }

  #finish(reason: 'cancelled' | 'ended' | 'disconnected'): void {
    if (this.#view) this.update({ ...this.#view, state: 'ended', reason });
    else this.#options.handle.over(reason);
    this.#render();
  }

  #attach(element: HTMLElement | undefined): void {
    this.#element = element;
    this.#panel?.attach(element);
  }

  #setMode(mode: MirrorMode): void {
    if (mode === 'control' && !this.#mayAct) return;
    this.#mode = mode;
    this.#showMode();
    if (mode === 'view') this.#say('cobrowse.mark', { mark: { mark: 'none' } });
    this.#render();
  }

  #showMode(): void {
    this.#feed.mode(this.#mode, this.#granted);
  }

  async #askControl(capabilities: CobrowseCapability[]): Promise<void> {
    const { id } = this;
    if (!id) throw new CvError('CONFLICT', 'The session has not begun.');
    // What was refused before is being asked anew.
    this.#trouble = undefined;
    const { session } = await this.#options.wire.request('cobrowse.askControl', { id, capabilities });
    this.update(session);
  }

  async #release(): Promise<void> {
    const { id } = this;
    if (!id) return;
    this.#releasing = true;
    try {
      const { session } = await this.#options.wire.insist('cobrowse.release', { id });
      this.update(session);
    } finally {
      this.#releasing = false;
    }
  }

  #command(command: CobrowseCommand): void {
    this.#say('cobrowse.command', { n: this.#commands++, command });
  }

  /** What a lost connection swallowed is not done later: the page is another one by then. */
  #say(
    ...[method, what]:
      | ['cobrowse.mark', { mark: CobrowseMark }]
      | ['cobrowse.command', { n: number; command: CobrowseCommand }]
  ): void {
    const { id } = this;
    const { wire } = this.#options;
    if (!id || this.over || !wire.connected) return;
    const said =
      method === 'cobrowse.mark' ? wire.request(method, { id, ...what }) : wire.request(method, { id, ...what });
    said.catch((error: CvError) => method === 'cobrowse.command' && this.refusedCommand(error.code));
  }

  #try(what: Promise<void>): void {
    what.catch((error: CvError) => this.refusedCommand(error.code));
  }

  #render(): void {
    const { handle, wire, boot, email } = this.#options;
    const { shown, progress, paused, page } = this.#feed;
    const view = this.#view;
    const visitor = this.#renamed ?? this.#visitor;
    const { visitorId } = handle;
    this.#panel?.show({
      state: handle.state,
      email: email(),
      connected: wire.connected,
      shown,
      paused: paused || view?.paused === true,
      mode: this.#mode,
      actual: this.#feed.actual,
      mayControl: boot.cobrowse?.control !== false,
      ...(visitor && { visitor }),
      ...(handle.reason && { reason: handle.reason }),
      ...(view && { session: view }),
      ...(progress && { progress }),
      ...(page && { page }),
      ...(this.#error && { error: this.#error.message, errorCode: this.#error.code }),
      ...(this.#trouble && { trouble: this.#trouble }),
      end: () => handle.end(),
      leave: () => handle.leave(),
      dismiss: () => this.dismiss(),
      ...(visitorId && { again: () => this.over && this.#options.onAgain(visitorId) }),
      setMode: (mode) => this.#setMode(mode),
      setActual: (actual) => this.#feed.setActual(actual),
      askControl: (capabilities) => this.#try(this.#askControl(capabilities)),
      release: () => this.#try(this.#release()),
      command: (command) => this.#command(command),
    });
  }
}
