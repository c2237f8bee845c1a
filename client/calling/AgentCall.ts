import type { CallView } from '#protocol/calling.ts';
import { CvError } from '#protocol/errors.ts';
import type { CallId, VisitorId } from '#protocol/ids.ts';
import type { Connection } from '../core/Connection.ts';
import { complain } from '../core/complain.ts';
import { load } from '../core/load.ts';
import { MediaSession } from '../core/MediaSession.ts';
import type { AgentPanel } from '../ui/AgentPanel.tsx';
import type { CallHandle } from './CallHandle.ts';

export interface AgentCallOptions {
  connection: Connection;
  handle: CallHandle;
  /** Who is called, until the name is known. */
  title: string;
  language: string;
  /** The call is over for the server too, and its panel closed. */
  onGone: () => void;
}

/** The agent's side of one call: the panel, the picture, and both again after a reload. */
export class AgentCall {
  readonly #options: AgentCallOptions;
  #title: string;
  #view: CallView | undefined;
  #media: MediaSession | undefined;
  #panel: AgentPanel | undefined;
  #element: HTMLElement | undefined;
  #stream: MediaStream | undefined;
  /** The picture has been there: from now on the panel says what it waits for. */
  #shown = false;
  /** Why it could not begin, or this page may not go on with it. */
  #error: CvError | undefined;
  /** Why there is no picture. */
  #trouble: CvError | undefined;
  #farewell: Promise<unknown> = Promise.resolve();
  #gone = false;
  readonly #unfollow: () => void;

  constructor(options: AgentCallOptions) {
    this.#options = options;
    this.#title = options.title;
    const { handle, connection } = options;
    this.#unfollow = connection.on('connected', () => this.#render());
    handle.drive({ end: () => this.#end(), attach: (element) => this.#attach(element) });
    load(() => import('../ui/AgentPanel.tsx')).then(({ AgentPanel }) => {
      if (this.#gone) return;
      this.#panel = new AgentPanel({ language: options.language });
      if (this.#element) this.#panel.attach(this.#element);
      this.#panel.setStream(this.#stream);
      this.#render();
    }, complain);
  }

  get id(): CallId | undefined {
    return this.#view?.id;
  }

  get over(): boolean {
    return this.#options.handle.state === 'ended';
  }

  get media(): MediaSession | undefined {
    return this.#media;
  }

  async start(visitorId: VisitorId): Promise<void> {
    const { connection, handle } = this.#options;
    try {
      const { call } = await connection.request('calling.start', { visitorId, kind: 'screen' });
      if (this.over) this.#sayEnd(call.id);
      else this.resume(call);
    } catch (error) {
      this.#error = error instanceof CvError ? error : new CvError('INTERNAL', 'The call could not be started.');
      handle.fail(this.#error);
      this.#render();
    }
  }

  /** It has begun, or goes on after a reload or a lost connection: what was told meanwhile was missed. */
  resume(call: CallView): void {
    if (this.over) return;
    const returned = this.#media !== undefined;
    this.update(call);
    if (this.over) return;
    if (returned) this.#media?.rejoin();
    else this.#join(call.id);
  }

  update(call: CallView): void {
    if (this.over) return;
    this.#view = call;
    this.#options.handle.update(call);
    if (call.state === 'ended') {
      this.#media?.close();
      this.#media = undefined;
      this.#setStream(undefined);
    }
    this.#render();
  }

  rename(title: string): void {
    this.#title = title;
    this.#render();
  }

  /** The server knows this call no more; with an error, this page no more. */
  lost(error?: CvError): void {
    if (!this.over) this.#error = error;
    this.#finish('disconnected');
  }

  dismiss(): void {
    this.#gone = true;
    this.#unfollow();
    this.#media?.close();
    this.#panel?.close();
    this.#panel = undefined;
    void this.#farewell.then(() => this.#options.onGone());
  }

  #join(callId: CallId): void {
    const media = new MediaSession(this.#options.connection, callId, 'receive');
    this.#media = media;
    media.on('track', (track) => this.#setStream(new MediaStream([track])));
    media.on('trackEnded', (track) => {
      if (this.#stream?.getTracks().includes(track)) this.#setStream(undefined);
    });
    media.on('changed', () => this.#render());
    media.on('failed', (error) => {
      console.error('CoView: the call’s media failed.', error);
      this.#trouble = error;
      this.#render();
    });
    media.rejoin();
  }

  /** Shown at once; the server hears of it as soon as it can be reached. */
  #end(): void {
    const callId = this.id;
    if (callId && !this.over) this.#sayEnd(callId);
    this.#finish(this.#options.handle.state === 'ringing' ? 'cancelled' : 'ended');
  }

  #sayEnd(callId: CallId): void {
    this.#farewell = this.#options.connection.insist('calling.end', { callId }).catch(() => {});
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

  #setStream(stream: MediaStream | undefined): void {
    this.#stream = stream;
    if (stream) this.#trouble = undefined;
    this.#panel?.setStream(stream);
    this.#render();
  }

  #render(): void {
    const { handle, connection } = this.#options;
    const view = this.#view;
    const visitorOnline = view?.online.visitor ?? true;
    const shareAgain = view?.shareAgain ?? false;
    // What ended the call counts more than what troubled it before.
    const error = this.#error ?? (handle.state === 'ended' ? undefined : this.#trouble);
    const flowing = this.#stream !== undefined && this.#media?.connected === true;
    this.#shown ||= flowing && view?.state === 'active';
    const waiting = visitorOnline && !shareAgain && !error;
    const begun = handle.state === 'connecting' || handle.state === 'active';
    this.#panel?.show({
      title: this.#title,
      // Before the first picture it is on its way, whatever the server says; afterwards the panel says what is missing.
      state: begun ? (this.#shown || !waiting ? 'active' : 'connecting') : handle.state,
      reason: handle.reason,
      activeAt: view?.activeAt,
      shareAgain,
      visitorOnline,
      connected: connection.connected && (flowing || !this.#shown || !waiting),
      error: error?.message,
      errorCode: error?.code,
      end: () => handle.end(),
      dismiss: () => this.dismiss(),
    });
  }
}
