import type { EventPayload } from '#protocol/api.ts';
import type { CallView } from '#protocol/calling.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { CallId } from '#protocol/ids.ts';
import { complain } from '../core/complain.ts';
import { load } from '../core/load.ts';
import { MediaSession } from '../core/MediaSession.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { VisitorScreen, VisitorUi } from '../ui/VisitorUi.tsx';
import { captureFailure, captureScreen, screenTrack } from './screenCapture.ts';
import { callOf, isCapturing, mediaOf, streamOf, type VisitorPhase } from './VisitorPhase.ts';
import { visitorScreen } from './visitorScreen.ts';

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
  #phase: VisitorPhase = { kind: 'idle' };
  /** The call this page is done with, though the server may not have heard yet. */
  #done: CallId | undefined;
  #ui: Promise<VisitorUi> | undefined;
  /** Screens may be decided faster than the UI's module loads; the last one counts. */
  #screen: VisitorScreen = { kind: 'hidden' };

  constructor({ identity, language, onCall }: VisitorCallingOptions) {
    this.#identity = identity;
    this.#language = language;
    this.#onCall = onCall;
  }

  offered({ call, ringMs }: EventPayload<'calling.offer'>): void {
    const current = callOf(this.#phase);
    if (call.id === this.#done || (call.id === current?.id && current.state !== 'ringing')) return;
    this.#enter({ kind: 'ringing', call, ringMs, media: this.#mediaFor(call.id) });
    this.#onCall(call);
    this.#show();
  }

  changed(call: CallView): void {
    const current = callOf(this.#phase);
    if (call.id === this.#done || (current && current.id !== call.id)) return;
    if (call.state === 'ended') this.#over(call);
    else this.#follow(call);
  }

  mediaLost(callId: CallId): void {
    const media = mediaOf(this.#phase);
    if (callId === media?.callId) media.rejoin();
  }

  /** The connection was lost, or is back. */
  connected(): void {
    this.#refresh();
  }

  /** After a reload or an outage: what goes on at the server is what counts. */
  returned(calls: readonly CallView[]): void {
    const current = calls.find(({ id, state }) => state !== 'ended' && id !== this.#done);
    if (callOf(this.#phase)?.id !== current?.id) this.lost();
    if (!current || current.state === 'ringing') return;
    this.#follow(current);
    const phase = this.#phase;
    // While the server still waits for the picture, what was on its way there is lost.
    if (phase.kind === 'sharing' && (phase.media.broken || current.state === 'connecting')) phase.media.rejoin();
  }

  /** The server has ended it, or will not have this page any more. */
  lost(): void {
    const call = callOf(this.#phase);
    if (call) this.#over({ ...call, state: 'ended', reason: call.state === 'ringing' ? 'missed' : 'disconnected' });
  }

  /** The visitor is somebody else now. */
  forgotten(): void {
    this.#enter({ kind: 'idle' });
    this.#show();
  }

  stop(): void {
    if (this.#phase.kind === 'ringing') this.#decline();
    else this.#hangUp('ended');
  }

  /** The one way from phase to phase. */
  #enter(phase: VisitorPhase): void {
    const former = this.#phase;
    this.#phase = phase;
    this.#identity.sharing = isCapturing(phase) ? phase.call.id : undefined;
    if (streamOf(former) !== streamOf(phase)) stop(streamOf(former));
    if (mediaOf(former) !== mediaOf(phase)) mediaOf(former)?.close();
  }

  /** The call goes on like this. */
  #follow(call: CallView): void {
    this.#enter(this.#phaseWith(call));
    this.#onCall(call);
    this.#refresh();
  }

  #phaseWith(call: CallView): VisitorPhase {
    const phase = this.#phase;
    if (isCapturing(phase)) return { ...phase, call };
    if (phase.kind === 'ringing' && call.state === 'ringing') return { ...phase, call };
    return call.shareAgain ? { kind: 'again', call, media: this.#mediaFor(call.id) } : { kind: 'aside', call };
  }

  /** Runs inside the click: the browser opens its picker only there. */
  #accept(): void {
    const phase = this.#phase;
    if (phase.kind !== 'ringing' && phase.kind !== 'again') return;
    const { call, media } = phase;
    const capture = captureScreen();
    this.#enter({ kind: 'choosing', call, media, capture });
    this.#show();
    this.#identity.connection.request('calling.answer', { callId: call.id, accept: true }).then(
      (answered) => this.changed(answered.call),
      (error: unknown) => this.#refused(call.id, error),
    );
    capture.then(
      (stream) => this.#share(capture, stream),
      (error: unknown) => callOf(this.#phase)?.id === call.id && this.#hangUp(captureFailure(error)),
    );
  }

  /** The server did not take the consent: nothing is captured, and it may ask again. */
  #refused(callId: CallId, error: unknown): void {
    const call = callOf(this.#phase);
    if (call?.id !== callId) return;
    if (has(error, 'NOT_FOUND')) {
      this.forgotten();
      return;
    }
    this.#enter({ kind: 'aside', call });
    this.#enter(this.#phaseWith(call));
    this.#refresh();
  }

  async #share(capture: Promise<MediaStream>, stream: MediaStream): Promise<void> {
    const phase = this.#phase;
    if (phase.kind !== 'choosing' || phase.capture !== capture) {
      stop(stream);
      return;
    }
    const { call, media } = phase;
    const isShared = () => streamOf(this.#phase) === stream;
    this.#enter({ kind: 'sharing', call, media, stream });
    stream.getVideoTracks()[0]?.addEventListener('ended', () => isShared() && this.#hangUp('track-ended'));
    try {
      await media.publish(screenTrack(stream));
      this.#refresh();
    } catch (error) {
      // A lost connection is no end: `returned` sends again.
      if (!isShared() || has(error, 'TIMEOUT')) return;
      console.error('CoView: the screen could not be sent.', error);
      this.#hangUp('failed');
    }
  }

  /** Everything of the media that needs the server is done while the visitor still reads. */
  #mediaFor(callId: CallId): MediaSession {
    const present = mediaOf(this.#phase);
    if (present?.callId === callId) return present;
    const media = new MediaSession(this.#identity.connection, callId, 'send');
    media.on('changed', () => mediaOf(this.#phase) === media && this.#refresh());
    media.on('failed', (error) => {
      console.error('CoView: the screen cannot be sent.', error);
      if (isCapturing(this.#phase) && this.#phase.media === media) this.#hangUp('failed');
    });
    // What fails here is tried again when there is something to send.
    media.prepare().catch(() => {});
    return media;
  }

  #over(call: CallView): void {
    this.#done = call.id;
    this.#enter({ kind: 'over', call });
    this.#onCall(call);
    this.#show();
  }

  /** Here it is over at once; the server hears of it as soon as it can be reached. */
  #hangUp(reason: EndRequest): void {
    const call = callOf(this.#phase);
    if (!call) return;
    this.#over({ ...call, state: 'ended', reason });
    this.#say(this.#identity.connection.insist('calling.end', { callId: call.id, reason }));
  }

  #decline(): void {
    const call = callOf(this.#phase);
    if (!call) return;
    this.#over({ ...call, state: 'ended', reason: 'declined' });
    this.#say(this.#identity.connection.insist('calling.answer', { callId: call.id, accept: false }));
  }

  #dismiss(): void {
    if (this.#phase.kind === 'over') this.forgotten();
  }

  #say(said: Promise<unknown>): void {
    said.catch((error) => {
      if (!has(error, 'NOT_FOUND')) complain(error);
    });
  }

  /** While it rings, what the visitor reads stays as it is. */
  #refresh(): void {
    const call = callOf(this.#phase);
    if (call && call.state !== 'ringing') this.#show();
  }

  #show(): void {
    this.#screen = visitorScreen(this.#phase, this.#identity.connection.connected, {
      accept: () => this.#accept(),
      decline: () => this.#decline(),
      cancel: () => this.#hangUp('picker-cancelled'),
      end: () => this.#hangUp('ended'),
      dismiss: () => this.#dismiss(),
    });
    if (!this.#ui && this.#screen.kind === 'hidden') return;
    this.#ui ??= load(() => import('../ui/VisitorUi.tsx')).then(
      ({ VisitorUi }) => new VisitorUi({ language: this.#language }),
    );
    this.#ui
      .then((ui) => ui.show(this.#screen))
      .catch((error) => {
        this.#ui = undefined;
        complain(error);
      });
  }
}

function stop(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
