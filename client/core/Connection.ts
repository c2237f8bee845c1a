import type { EventName, EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import { CvError, type ErrorCode, errorCodes, type WireError } from '#protocol/errors.ts';
import type { Handshake } from '#protocol/identity.ts';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { Emitter } from './Emitter.ts';
import { Line } from './Line.ts';
import type { HttpAnswer } from './Pipe.ts';
import { toJson } from './toJson.ts';

type Answer<M extends MethodName> = { data: MethodOutput<M> } | { error: WireError };

interface ConnectionEvents {
  /** True when the socket stands, false when it is lost and being sought again. */
  connected: (connected: boolean) => void;
  /** The server will not have this page; the connection does not try again by itself. */
  refused: (error: CvError) => void;
}

export interface ConnectionOptions {
  /** Origin of the CoView server. */
  host: string;
  site: string;
  /** Asked for at every connection, so that it tells how things stand then. */
  handshake: () =>
    | Omit<Extract<Handshake, { role: 'visitor' }>, 'site'>
    | Omit<Extract<Handshake, { role: 'agent' }>, 'site'>;
}

const ANSWER_MS = 20_000;
/** A page that was hidden so long may hold a socket that is dead without knowing it. */
const STALE_MS = 20_000;
/** Until a server that is there, but cannot let this page in now, is asked again. */
const LATER_MS: Partial<Record<ErrorCode, number>> = { UNAVAILABLE: 1_000, INTERNAL: 1_000, RATE_LIMITED: 10_000 };

/** One socket to the server: typed requests out, typed events in; comes back by itself. */
export class Connection extends Emitter<ConnectionEvents> {
  readonly #line: Line;
  #wanted = false;
  /** Why nothing will be answered any more. */
  #refusal: CvError | undefined;
  readonly #listeners = new Map<string, ((payload: never) => void)[]>();
  #hiddenAt = 0;
  readonly #onVisibility = () => this.#checkAfterSleep();
  readonly #onOnline = () => this.#hurry();
  readonly #onShown = ({ persisted }: PageTransitionEvent) => persisted && this.#hurry();

  constructor({ host, site, handshake }: ConnectionOptions) {
    super();
    this.#line = new Line({ host, query: { site }, auth: () => ({ ...handshake(), site }) });
    this.#line.on('connected', () => this.emit('connected', true));
    this.#line.on('lost', () => this.emit('connected', false));
    this.#line.on('refused', ({ error, answer }) =>
      this.#refused(answer ? wireErrorIn(answer) : (wireError(error) ?? unsaid)),
    );
    this.#line.on('event', (name, payload) => {
      for (const listener of this.#listeners.get(name) ?? []) listener(payload as never);
    });
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.#onShown);
  }

  get connected(): boolean {
    return this.#line.connected;
  }

  open(): void {
    this.#wanted = true;
    this.#line.connect();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.#onShown);
    this.#giveUp(new CvError('UNAVAILABLE', 'This page has closed its connection.'));
    this.#line.close();
  }

  /** Ends the socket and comes back with a fresh handshake. */
  reopen(): void {
    this.#wanted = true;
    this.#refusal = undefined;
    this.#line.disconnect();
    this.#line.connect();
  }

  /** Sent at once or, while there is no connection, when there is one. Rejects with CvError. */
  async request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    const size = toJson(input).length;
    if (size > MAX_REQUEST_CHARS - 200) {
      throw new CvError(
        'PAYLOAD_TOO_LARGE',
        `The request has ${size} characters; at most ${MAX_REQUEST_CHARS} are taken.`,
      );
    }
    if (this.#refusal) throw this.#refusal;
    const answer = (await this.#line.ask('request', [name, input], ANSWER_MS)) as Answer<M>;
    if ('error' in answer) throw new CvError(answer.error.code, answer.error.message);
    return answer.data;
  }

  /** For what means the same however often it comes: sent again when a lost connection swallowed it. */
  async insist<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    for (;;) {
      try {
        return await this.request(name, input);
      } catch (error) {
        if (!(error instanceof CvError) || error.code !== 'TIMEOUT') throw error;
      }
    }
  }

  onEvent<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  /** Bytes of requests and frames that the network has not taken yet. */
  get waiting(): number {
    return this.#line.waiting;
  }

  /** One page frame with its envelope, now or never: without a connection it goes nowhere. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): void {
    this.#line.sendFrame(frame);
  }

  onFrame(listener: (frame: ArrayBuffer) => void): () => void {
    return this.#line.on('frame', listener);
  }

  #refused(refusal: WireError | undefined): void {
    if (!refusal) return;
    const later = LATER_MS[refusal.code];
    if (later !== undefined) {
      if (this.#wanted) this.#line.connect(later * (1 + Math.random()));
      return;
    }
    const refused = new CvError(refusal.code, refusal.message);
    this.#giveUp(refused);
    this.emit('refused', refused);
  }

  #giveUp(refusal: CvError): void {
    this.#wanted = false;
    this.#refusal = refusal;
    this.#line.abandon(refusal);
    this.#line.disconnect();
  }

  #hurry(): void {
    if (!this.#wanted || this.connected) return;
    this.reopen();
  }

  #checkAfterSleep(): void {
    if (document.visibilityState === 'hidden') {
      this.#hiddenAt = Date.now();
      return;
    }
    this.#hurry();
    if (!this.connected || Date.now() - this.#hiddenAt < STALE_MS) return;
    this.#line.ask('request', ['media.capabilities', {}], 4_000).catch(() => this.#line.drop());
  }
}

const unsaid: WireError = { code: 'INTERNAL', message: 'The server did not say why.' };

/** Whatever else has a code, as Engine.IO's own errors and those of proxies, passes: a new connection recovers of it. */
function wireError(said: unknown): WireError | undefined {
  return errorCodes.includes((said as WireError | undefined)?.code as ErrorCode) ? (said as WireError) : undefined;
}

function wireErrorIn({ body }: HttpAnswer): WireError | undefined {
  try {
    return wireError(JSON.parse(body));
  } catch {
    return undefined;
  }
}
