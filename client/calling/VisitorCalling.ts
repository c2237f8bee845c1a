import type { EventPayload } from '#protocol/api.ts';
import type { CallView } from '#protocol/calling.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CallId } from '#protocol/ids.ts';
import { MediaSession } from '../core/MediaSession.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { VisitorScreen, VisitorUi } from '../ui/VisitorUi.tsx';
import { captureFailure, captureScreen, screenTrack } from './screenCapture.ts';

const has = (error: unknown, code: ErrorCode) => error instanceof CvError && error.code === code;

type EndRequest = 'ended' | 'picker-cancelled' | 'track-ended' | 'unsupported' | 'failed';

export interface VisitorCallingOptions {
  identity: Pick<VisitorIdentity, 'connection' | 'sharing'>;
  language: string;
  onCall(call: CallView): void;
}

/** The visitor's side of calls: asks for consent, captures, sends; the same in every tab of the visitor. */
export class VisitorCalling {
  readonly #identity: VisitorCallingOptions['identity'];
  readonly #language: string;
  readonly #onCall: (call: CallView) => void;
  #call: CallView | undefined;
  /** The call this page is done with, though the server may not have heard yet. */
  #done: CallId | undefined;
  #media: MediaSession | undefined;
  #stream: MediaStream | undefined;
  #ui: Promise<VisitorUi> | undefined;
  /** Screens may be decided faster than the UI's module loads; the last one counts. */
  #screen: VisitorScreen = { kind: 'hidden' };

  constructor({ identity, language, onCall }: VisitorCallingOptions) {
    this.#identity = identity;
    this.#language = language;
    this.#onCall = onCall;
  }

  get #capturing(): boolean {
    return this.#identity.sharing !== undefined && this.#identity.sharing === this.#call?.id;
  }

  offered({ call, ringMs }: EventPayload<'calling.offer'>): void {
    if (call.id === this.#done || (call.id === this.#call?.id && this.#call.state !== 'ringing')) return;
    this.#follow(call);
    this.#prepare(call.id);
    this.#show({
      kind: 'offer',
      agent: call.agent.name,
      ringMs,
      accept: () => this.#accept(call.id),
      decline: () => this.#decline(call),
    });
  }

  changed(call: CallView): void {
    if (call.id === this.#done || (this.#call && this.#call.id !== call.id)) return;
    this.#follow(call);
    if (call.state === 'ended') this.#over(call);
    else this.#render();
  }

  mediaLost(callId: CallId): void {
    if (callId === this.#media?.callId) this.#media.rejoin();
  }

  /** The connection was lost, or is back. */
  connected(): void {
    this.#render();
  }

  /** After a reload or an outage: what goes on at the server is what counts. */
  returned(calls: readonly CallView[]): void {
    const current = calls.find(({ id, state }) => state !== 'ended' && id !== this.#done);
    if (this.#call && this.#call.id !== current?.id) this.lost();
    if (!current || current.state === 'ringing') return;
    this.#follow(current);
    // While the server still waits for the picture, what was on its way there is lost.
    if (this.#stream && (this.#media?.broken || current.state === 'connecting')) this.#media?.rejoin();
    this.#render();
  }

  /** Runs inside the click: the browser opens its picker only there. */
  #accept(callId: CallId): void {
    this.#identity.sharing = callId;
    const capture = captureScreen();
    this.#show({
      kind: 'choosing',
      agent: this.#call?.agent.name ?? '',
      cancel: () => this.#hangUp('picker-cancelled'),
    });
    const answered = this.#identity.connection.request('calling.answer', { callId, accept: true });
    answered.then(
      ({ call }) => this.changed(call),
      (error: unknown) => {
        this.#stopCapture();
        if (has(error, 'NOT_FOUND')) this.forgotten();
        else this.#render();
      },
    );
    capture.then(
      (stream) => this.#share(callId, stream),
      (error: unknown) => this.#hangUp(captureFailure(error)),
    );
  }

  async #share(callId: CallId, stream: MediaStream): Promise<void> {
    if (!this.#capturing || this.#call?.state === 'ended') {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    stream.getVideoTracks()[0]?.addEventListener('ended', () => this.#hangUp('track-ended'));
    try {
      await this.#prepare(callId).publish(screenTrack(stream));
      this.#render();
    } catch (error) {
      // A lost connection is no end: `#returned` sends again.
      if (!this.#capturing || has(error, 'TIMEOUT')) return;
      console.error('CoView: the screen could not be sent.', error);
      this.#hangUp('failed');
    }
  }

  /** Everything of the media that needs the server is done while the visitor still reads. */
  #prepare(callId: CallId): MediaSession {
    if (this.#media?.callId === callId) return this.#media;
    this.#media?.close();
    const media = new MediaSession(this.#identity.connection, callId, 'send');
    this.#media = media;
    media.on('changed', () => this.#render());
    media.on('failed', (error) => {
      console.error('CoView: the screen cannot be sent.', error);
      if (this.#capturing) this.#hangUp('failed');
    });
    // What fails here is tried again when there is something to send.
    media.prepare().catch(() => {});
    return media;
  }

  #follow(call: CallView): void {
    this.#call = call;
    this.#onCall(call);
  }

  #render(): void {
    const call = this.#call;
    if (!call || call.state === 'ended' || call.state === 'ringing') return;
    const agent = call.agent.name;
    const end = () => this.#hangUp('ended');
    if (call.shareAgain && !this.#capturing) {
      this.#prepare(call.id);
      this.#show({ kind: 'share-again', agent, accept: () => this.#accept(call.id), end });
      return;
    }
    // Once somebody consented, the server lets only that tab stay in the room.
    if (!this.#capturing) this.#leave();
    if (call.state === 'connecting' && !this.#capturing) {
      this.#show({ kind: 'hidden' });
    } else if (this.#capturing && !this.#stream) {
      this.#show({ kind: 'choosing', agent, cancel: () => this.#hangUp('picker-cancelled') });
    } else {
      const connected = this.#identity.connection.connected && !(this.#capturing && this.#media?.broken);
      this.#show({ kind: 'sharing', agent, agentOnline: call.online.agent, connected, end });
    }
  }

  #over(call: CallView): void {
    this.#done = call.id;
    this.#follow(call);
    this.#stopCapture();
    const reason = call.reason ?? 'ended';
    // Who declined knows it; another tab that merely rang along has nothing to tell.
    if (reason === 'declined') this.#show({ kind: 'hidden' });
    else this.#show({ kind: 'over', agent: call.agent.name, reason, dismiss: () => this.#show({ kind: 'hidden' }) });
    this.#call = undefined;
  }

  /** The server has ended it, or will not have this page any more. */
  lost(): void {
    const call = this.#call;
    if (call) this.#over({ ...call, state: 'ended', reason: call.state === 'ringing' ? 'missed' : 'disconnected' });
  }

  /** Here it is over at once; the server hears of it as soon as it can be reached. */
  #hangUp(reason: EndRequest): void {
    const call = this.#call;
    if (!call) return;
    this.#over({ ...call, state: 'ended', reason });
    this.#say(this.#identity.connection.insist('calling.end', { callId: call.id, reason }));
  }

  #decline(call: CallView): void {
    this.#over({ ...call, state: 'ended', reason: 'declined' });
    this.#say(this.#identity.connection.insist('calling.answer', { callId: call.id, accept: false }));
  }

  #say(said: Promise<unknown>): void {
    said.catch((error) => {
      if (!has(error, 'NOT_FOUND')) console.error('CoView:', error);
    });
  }

  #stopCapture(): void {
    this.#identity.sharing = undefined;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#leave();
  }

  #leave(): void {
    const media = this.#media;
    this.#media = undefined;
    media?.close();
  }

  forgotten(): void {
    this.#call = undefined;
    this.#stopCapture();
    this.#show({ kind: 'hidden' });
  }

  #show(screen: VisitorScreen): void {
    this.#screen = screen;
    if (!this.#ui && screen.kind === 'hidden') return;
    this.#ui ??= import('../ui/VisitorUi.tsx').then(({ VisitorUi }) => new VisitorUi({ language: this.#language }));
    this.#ui
      .then((ui) => ui.show(this.#screen))
      .catch((error) => {
        this.#ui = undefined;
        console.error('CoView:', error);
      });
  }
}
