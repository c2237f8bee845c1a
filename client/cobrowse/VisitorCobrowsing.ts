import type { EventPayload } from '#protocol/api.ts';
import type { CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { complain } from '../core/complain.ts';
import { Late } from '../core/Late.ts';
import { load } from '../core/load.ts';
import { tabId } from '../core/tab.ts';
import type { FrameWire } from '../core/Wire.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { CobrowseScreen } from '../ui/cobrowse/visitor/CobrowseScreen.ts';
import { cobrowseScreen, type ShareActs } from './cobrowseScreen.ts';
import type { Recording } from './Recording.ts';
import { recordingOf, type SharePhase, sessionOf } from './SharePhase.ts';
import type { VisitorControl } from './VisitorControl.ts';

const has = (error: unknown, code: ErrorCode) => error instanceof CvError && error.code === code;
const needsControl = (session?: CobrowseView) => Boolean(session?.asked || session?.control);
const goesOn = ({ state }: CobrowseView) => state === 'connecting' || state === 'active';

/** What a sharing shows and records with. */
export interface ShareParts {
  /** The last one is on top. */
  show(screens: readonly CobrowseScreen[]): void;
  Recording: new (...args: ConstructorParameters<typeof Recording>) => Recording;
  loadControl(): Promise<typeof VisitorControl>;
}

export interface VisitorCobrowsingOptions {
  boot: WidgetBoot;
  identity: Pick<VisitorIdentity, 'token'> & { connection: FrameWire };
  onCobrowse(session: CobrowseView): void;
  parts: ShareParts;
}

interface Waiting {
  resolve(session: CobrowseView): void;
  reject(error: CvError): void;
}

/** The visitor’s side of co-browsing: asks for consent, records while somebody watches, and stops at once. */
export class VisitorCobrowsing {
  readonly #options: VisitorCobrowsingOptions;
  readonly #wire: FrameWire;
  readonly #parts: ShareParts;
  readonly #acts: ShareActs;
  #phase: SharePhase = { kind: 'idle' };
  /** The session this page is done with, though the server may not have heard yet. */
  #done: CobrowseId | undefined;
  /** The visitor has taken back what the server may have heard, or not. */
  #withdrawn = false;
  /** Who asked for the sharing by `start`. */
  #waiting: Waiting[] = [];
  #code: { code: string; expiresAt: string } | undefined;
  #hiddenShown = false;
  /** Who may act in the page: loads when an agent asks for that. */
  readonly #lateControl: Late<VisitorControl>;
  #control: VisitorControl | undefined;
  /** The last order to record: it may come before what it is about. */
  #wanted: EventPayload<'cobrowse.record'> | undefined;

  constructor(options: VisitorCobrowsingOptions) {
    this.#options = options;
    this.#wire = options.identity.connection;
    this.#parts = options.parts;
    this.#acts = {
      accept: () => this.#accept(),
      decline: () => this.#decline(),
      end: () => this.stop(),
      dismiss: () => this.#phase.kind === 'over' && this.forgotten(),
      toggleHidden: () => this.#showHidden(!this.#hiddenShown),
    };
    this.#lateControl = new Late(async () => {
      const Control = await load(this.#parts.loadControl);
      this.#control = new Control({
        wire: this.#wire,
        phase: () => this.#phase,
        changed: (session) => this.changed(session),
        show: () => this.#show(),
        say: (said) => this.#say(said),
      });
      if (this.#phase.kind === 'sharing') this.#control.follow(this.#phase.session);
      this.#show();
      return this.#control;
    });
  }

  offered({ session, ringMs }: EventPayload<'cobrowse.offer'>): void {
    const current = sessionOf(this.#phase);
    if (session.id === this.#done || (current && current.state !== 'ringing')) return;
    if (this.#phase.kind === 'answering') return;
    this.#enter({ kind: 'ringing', session, ringMs });
    this.#options.onCobrowse(session);
    this.#show();
  }

  changed(session: CobrowseView): void {
    const current = sessionOf(this.#phase);
    if (session.id === this.#done || (current && current.id !== session.id)) return;
    if (session.state === 'ended') {
      if (current) this.#over(session.reason ?? 'failed', session);
    } else if (goesOn(session)) this.#follow(session);
    else if (this.#phase.kind === 'ringing') this.#enter({ ...this.#phase, session });
  }

  /** After a reload or an outage: what goes on at the server is what counts. */
  returned(session: CobrowseView | undefined): void {
    const phase = this.#phase;
    if (this.#withdrawn && session) this.#end(session.id);
    this.#withdrawn = false;
    if (phase.kind === 'starting' && !session) {
      if (phase.lost) this.#share();
      return;
    }
    const current = session?.id === this.#done ? undefined : session;
    const former = sessionOf(phase);
    if (former && former.id !== current?.id) this.lost();
    if (!current) return;
    if (phase.kind === 'answering' && current.state === 'ringing') {
      if (phase.lost) this.#answer(current);
    } else this.changed(current);
  }

  /** From the whole page on, under this stream’s number. */
  record(wanted: EventPayload<'cobrowse.record'>): void {
    this.#wanted = wanted;
    this.#record();
  }

  still(id: CobrowseId): void {
    if (this.#wanted?.id === id) this.#wanted = undefined;
    if (sessionOf(this.#phase)?.id === id) recordingOf(this.#phase)?.still();
  }

  command(command: EventPayload<'cobrowse.command'>): void {
    const { id, n } = command;
    const since = Date.now();
    const refuse = () => this.#wire.request('cobrowse.outcome', { id, n, code: 'FORBIDDEN' });
    if (this.#phase.kind === 'sharing' && this.#phase.session.id === id)
      this.#say(this.#lateControl.get().then((control) => control.command(command, since), refuse));
  }

  mark({ id, agent, mark }: EventPayload<'cobrowse.mark'>): void {
    if (sessionOf(this.#phase)?.id === id) recordingOf(this.#phase)?.mark(agent.name, mark);
  }

  /** The connection was lost, or is back: what was recorded in between nobody got, and the server asks anew. */
  connected(connected: boolean): void {
    if (!connected) {
      this.#wanted = undefined;
      recordingOf(this.#phase)?.still();
    }
    this.#show();
  }

  /** The server has ended it, or will not have this page any more. */
  lost(): void {
    const session = sessionOf(this.#phase);
    if (session) this.#over(session.state === 'ringing' ? 'missed' : 'disconnected', session);
  }

  /** The visitor is somebody else now, or has read that it is over. */
  forgotten(): void {
    this.#enter({ kind: 'idle' });
    this.#settle(new CvError('DECLINED', 'The page is not shared.'));
    this.#show();
  }

  /** Asks the visitor as an agent’s request does; resolves when the page is shared. */
  start(): Promise<CobrowseView> {
    const phase = this.#phase;
    if (phase.kind === 'sharing') return Promise.resolve(phase.session);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (phase.kind !== 'idle' && phase.kind !== 'over') return;
      this.#enter({ kind: 'asking' });
      this.#show();
    });
  }

  /** Here it is over at once; the server hears of it as soon as it can be reached. */
  stop(): void {
    const { kind } = this.#phase;
    const session = sessionOf(this.#phase);
    if (kind === 'asking' || kind === 'ringing') this.#decline();
    // Its answer finds nobody who wants it.
    else if (kind === 'starting') this.forgotten();
    else if (session) {
      this.#over('revoked', session);
      this.#say(this.#wire.insist('cobrowse.end', { id: session.id }));
    }
  }

  async code(): Promise<string> {
    const given = await this.#wire.insist('cobrowse.code', {});
    this.#code = given;
    this.#show();
    return given.code;
  }

  /** The one way from phase to phase. */
  #enter(phase: SharePhase): void {
    const former = recordingOf(this.#phase);
    this.#phase = phase;
    if (former && former !== recordingOf(phase)) former.close();
    if (phase.kind === 'sharing') return;
    this.#hiddenShown = false;
    this.#control?.clear();
  }

  /** Only what the server says is consented to, and wants to be told of now. */
  #record(): void {
    const wanted = this.#wanted;
    if (this.#phase.kind !== 'sharing' || this.#phase.session.id !== wanted?.id) return;
    this.#wanted = undefined;
    this.#recording()?.begin(wanted.stream, wanted.privacy);
  }

  /** Of the session that goes on. */
  #recording(): Recording | undefined {
    const phase = this.#phase;
    if (phase.kind !== 'sharing' || phase.recording) return recordingOf(phase);
    const { id } = phase.session;
    const recording = new this.#parts.Recording({
      boot: this.#options.boot,
      token: () => this.#options.identity.token ?? '',
      wire: this.#wire,
      session: id,
      onPaused: (paused) => this.#say(this.#wire.request('cobrowse.paused', { id, paused })),
    });
    this.#enter({ ...phase, recording });
    return recording;
  }

  /** The session goes on like this. */
  #follow(session: CobrowseView): void {
    if (session.viewers.length > 0) this.#code = undefined;
    const recording = recordingOf(this.#phase);
    this.#enter({ kind: 'sharing', session, ...(recording && { recording }) });
    if (needsControl(session)) this.#lateControl.insist(() => needsControl(sessionOf(this.#phase)));
    this.#control?.follow(session);
    for (const { resolve } of this.#waiting.splice(0)) resolve(session);
    this.#options.onCobrowse(session);
    this.#show();
    this.#record();
  }

  #accept(): void {
    const phase = this.#phase;
    if (phase.kind === 'asking') this.#share();
    else if (phase.kind === 'ringing') this.#answer(phase.session);
  }

  #share(): void {
    const phase: SharePhase = { kind: 'starting' };
    this.#enter(phase);
    this.#show();
    this.#wire.request('cobrowse.share', {}).then(
      ({ session }) => {
        if (this.#phase === phase) this.#follow(session);
        // The visitor has thought better of it meanwhile.
        else if (sessionOf(this.#phase)?.id !== session.id) this.#end(session.id);
      },
      (error: unknown) => {
        const unknown = has(error, 'TIMEOUT');
        if (this.#phase !== phase) this.#withdrawn ||= unknown && !sessionOf(this.#phase);
        else if (unknown) this.#phase = { kind: 'starting', lost: true };
        else this.#failed(error, { kind: 'over', reason: has(error, 'AGENT_OFFLINE') ? 'missed' : 'failed' });
      },
    );
  }

  #answer(session: CobrowseView): void {
    const phase: SharePhase = { kind: 'answering', session };
    this.#enter(phase);
    this.#show();
    this.#wire.request('cobrowse.answer', { id: session.id, accept: true }).then(
      (answered) => this.#phase === phase && this.changed(answered.session),
      (error: unknown) => {
        if (this.#phase !== phase) return;
        if (has(error, 'TIMEOUT')) this.#phase = { ...phase, lost: true };
        // Another tab was faster, or it is over: the server tells which.
        else if (!has(error, 'CONFLICT')) this.#failed(error, { kind: 'idle' });
      },
    );
  }

  #failed(error: unknown, phase: SharePhase): void {
    this.#enter(phase);
    this.#settle(error instanceof CvError ? error : new CvError('INTERNAL', 'The page could not be shared.'));
    this.#show();
  }

  #decline(): void {
    const session = sessionOf(this.#phase);
    if (!session) return this.forgotten();
    this.#over('declined', session);
    this.#say(this.#wire.insist('cobrowse.answer', { id: session.id, accept: false }));
  }

  #over(reason: CobrowseEndReason, session: CobrowseView): void {
    this.#done = session.id;
    const agent = session.viewers[0]?.name ?? session.agent?.name;
    this.#enter({ kind: 'over', reason, ...(agent && { agent }) });
    this.#settle(new CvError(reason === 'declined' ? 'DECLINED' : 'CONFLICT', `The sharing ended: ${reason}.`));
    this.#options.onCobrowse({ ...session, state: 'ended', reason, control: undefined, asked: undefined });
    this.#show();
  }

  #end(id: CobrowseId): void {
    this.#done = id;
    this.#say(this.#wire.insist('cobrowse.end', { id }));
  }

  #showHidden(shown: boolean): void {
    this.#hiddenShown = shown;
    this.#show();
    this.#recording()?.showHidden(shown);
  }

  #settle(error: CvError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** What the server has no ear for any more is no error: it is over there too. */
  #say(said: Promise<unknown>): void {
    said.catch((error) => {
      if (!has(error, 'NOT_FOUND') && !has(error, 'CONFLICT')) complain(error);
    });
  }

  #show(): void {
    const code = this.#code && Date.parse(this.#code.expiresAt) > Date.now() ? this.#code.code : undefined;
    this.#parts.show(
      cobrowseScreen(
        this.#phase,
        {
          tab: tabId(),
          connected: this.#wire.connected,
          maskAll: this.#options.boot.cobrowse?.privacy.maskAll ?? true,
          hiddenShown: this.#hiddenShown,
          code,
          control: this.#control,
        },
        this.#acts,
      ),
    );
  }
}
