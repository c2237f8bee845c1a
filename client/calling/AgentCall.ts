import type { CallView } from '#protocol/calling.ts';
import { CvError } from '#protocol/errors.ts';
import type { CallId, VisitorId } from '#protocol/ids.ts';
import type { Connection } from '../core/Connection.ts';
import { MediaSession } from '../core/MediaSession.ts';
import type { AgentPanel } from '../ui/AgentPanel.tsx';
import type { CallHandle } from './CallHandle.ts';

export interface AgentCallOptions {
  connection: Connection;
  handle: CallHandle;
  /** Who is called, as the agent knows the visitor. */
  title: string;
  language: 'auto' | 'en' | 'de';
  /** The call is over and its panel closed. */
  onGone: () => void;
}

/** The agent's side of one call: the panel, the picture, and both again after a reload. */
export class AgentCall {
  readonly #options: AgentCallOptions;
  #view: CallView | undefined;
  #media: MediaSession | undefined;
  #panel: AgentPanel | undefined;
  #element: HTMLElement | undefined;
  #stream: MediaStream | undefined;
  #error: string | undefined;
  #gone = false;
  #title: string;

  constructor(options: AgentCallOptions) {
    this.#options = options;
    this.#title = options.title;
    const { handle, connection } = options;
    connection.on('connected', () => this.#render());
    handle.drive({ end: () => this.#end(), attach: (element) => this.#attach(element) });
    import('../ui/AgentPanel.tsx').then(
      ({ AgentPanel }) => {
        if (this.#gone) return;
        this.#panel = new AgentPanel({ language: options.language });
        if (this.#element) this.#panel.attach(this.#element);
        this.#panel.setStream(this.#stream);
        this.#render();
      },
      (error) => console.error('CoView:', error),
    );
  }

  get id(): CallId | undefined {
    return this.#view?.id;
  }

  get over(): boolean {
    return this.#gone || this.#view?.state === 'ended';
  }

  async start(visitorId: VisitorId): Promise<void> {
    const { connection, handle } = this.#options;
    try {
      const { call } = await connection.request('calling.start', { visitorId, kind: 'screen' });
      this.update(call);
      if (handle.state !== 'ended') this.#join(call.id);
    } catch (error) {
      const known = error instanceof CvError ? error : new CvError('INTERNAL', 'The call could not be started.');
      this.#error = known.message;
      handle.fail(known);
      this.#render();
    }
  }

  /** The page was reloaded or the connection was lost while the call went on. */
  resume(call: CallView): void {
    this.update(call);
    if (!this.#media) this.#join(call.id);
    else if (this.#media.broken) this.rejoin();
  }

  update(call: CallView): void {
    this.#view = call;
    this.#options.handle.update(call);
    if (call.state === 'ended') {
      this.#media?.close();
      this.#media = undefined;
      this.#setStream(undefined);
    }
    this.#render();
  }

  rejoin(): void {
    this.#media?.rejoin().catch((error) => this.#failed(error));
  }

  rename(title: string): void {
    this.#title = title;
    this.#render();
  }

  /** The server knows this call no more. */
  lost(): void {
    if (this.#view) this.update({ ...this.#view, state: 'ended', reason: 'disconnected' });
  }

  dismiss(): void {
    this.#gone = true;
    this.#media?.close();
    this.#panel?.close();
    this.#panel = undefined;
    this.#options.onGone();
  }

  get media(): MediaSession | undefined {
    return this.#media;
  }

  #join(callId: CallId): void {
    const media = new MediaSession(this.#options.connection, callId, 'receive');
    this.#media = media;
    media.on('track', (track) => this.#setStream(new MediaStream([track])));
    media.on('trackEnded', (track) => {
      if (this.#stream?.getTracks().includes(track)) this.#setStream(undefined);
    });
    media.on('connected', () => this.#render());
    media.on('failed', (error) => this.#failed(error));
    media.prepare().catch((error) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (this.over) return;
    console.error('CoView: the call’s media failed.', error);
    this.#error = error instanceof Error ? error.message : String(error);
    this.#render();
  }

  #end(): void {
    const callId = this.id;
    if (!callId || this.over) return;
    this.#options.connection.request('calling.end', { callId }).then(
      ({ call }) => this.update(call),
      (error) => this.#failed(error),
    );
  }

  #attach(element: HTMLElement | undefined): void {
    this.#element = element;
    this.#panel?.attach(element);
  }

  #setStream(stream: MediaStream | undefined): void {
    this.#stream = stream;
    if (stream) this.#error = undefined;
    this.#panel?.setStream(stream);
    this.#render();
  }

  #render(): void {
    const view = this.#view;
    this.#panel?.show({
      title: this.#title,
      state: this.#error && !view ? 'ended' : (view?.state ?? 'ringing'),
      reason: view?.reason ?? (this.#error && !view ? 'failed' : undefined),
      shareAgain: view?.shareAgain ?? false,
      visitorOnline: view?.online.visitor ?? true,
      connected: this.#options.connection.connected && !this.#media?.broken,
      error: this.#error,
      end: () => this.#options.handle.end(),
      dismiss: () => this.dismiss(),
    });
  }

}
