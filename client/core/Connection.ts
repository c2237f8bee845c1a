import { io, type Socket } from 'socket.io-client';
import type { EventName, EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import { CvError, type WireError } from '#protocol/errors.ts';
import type { Handshake } from '#protocol/identity.ts';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';
import { Emitter } from './Emitter.ts';

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
/** A try to connect through a network that swallows everything must not outlast the outage by much. */
const CONNECT_MS = 8_000;
/** A page that was hidden so long may hold a socket that is dead without knowing it. */
const STALE_MS = 20_000;

/** One socket to the server: typed requests out, typed events in; comes back by itself. */
export class Connection extends Emitter<ConnectionEvents> {
  readonly #socket: Socket;
  #wanted = false;
  /** Why nothing will be answered any more. */
  #refusal: CvError | undefined;
  /** Requests under way, to be told of a refusal. */
  readonly #asking = new Set<(error: CvError) => void>();
  #hiddenAt = 0;
  readonly #onVisibility = () => this.#checkAfterSleep();
  readonly #onOnline = () => this.#hurry();
  readonly #onShown = ({ persisted }: PageTransitionEvent) => persisted && this.#hurry();

  constructor({ host, site, handshake }: ConnectionOptions) {
    super();
    this.#socket = io(host, {
      query: { site },
      auth: (answer) => answer({ ...handshake(), site }),
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 3_000,
      timeout: CONNECT_MS,
      autoConnect: false,
      forceNew: true,
    });
    this.#socket.on('connect', () => this.emit('connected', true));
    this.#socket.on('disconnect', (reason) => {
      this.emit('connected', false);
      // socket.io does not come back by itself when the server ended the socket, as it does when it stops.
      if (reason === 'io server disconnect') setTimeout(() => this.#resume(), 300);
    });
    this.#socket.on('connect_error', (error) => this.#failed(error));
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.#onOnline);
    addEventListener('pageshow', this.#onShown);
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  open(): void {
    this.#wanted = true;
    this.#socket.connect();
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.#onOnline);
    removeEventListener('pageshow', this.#onShown);
    this.#giveUp(new CvError('UNAVAILABLE', 'This page has closed its connection.'));
  }

  /** Ends the socket and comes back with a fresh handshake. */
  reopen(): void {
    this.#wanted = true;
    this.#refusal = undefined;
    this.#socket.disconnect().connect();
  }

  /** Sent at once or, while there is no connection, when there is one. Rejects with CvError. */
  async request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    const size = JSON.stringify(input).length;
    if (size > MAX_REQUEST_CHARS - 200) {
      throw new CvError(
        'PAYLOAD_TOO_LARGE',
        `The request has ${size} characters; at most ${MAX_REQUEST_CHARS} are taken.`,
      );
    }
    if (this.#refusal) throw this.#refusal;
    const answer = await new Promise<Answer<M>>((resolve, reject) => {
      this.#asking.add(reject);
      this.#socket.timeout(ANSWER_MS).emit('request', name, input, (cause: Error | null, answered: Answer<M>) => {
        this.#asking.delete(reject);
        if (!cause) resolve(answered);
        else reject(new CvError('TIMEOUT', 'The server did not answer in time; check the network.', { cause }));
      });
    });
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
    (this.#socket as Socket).on(event as string, listener as (payload: unknown) => void);
  }

  #resume(): void {
    if (this.#wanted && !this.#socket.connected) this.#socket.connect();
  }

  #failed(error: Error & { data?: WireError; context?: { status?: number; responseText?: string } }): void {
    const refusal = error.data ?? wireErrorIn(error.context?.responseText);
    if (!refusal) return;
    if (refusal.code === 'UNAVAILABLE' || refusal.code === 'INTERNAL') {
      setTimeout(() => this.#resume(), 1_000);
      return;
    }
    const refused = new CvError(refusal.code, refusal.message);
    this.#giveUp(refused);
    this.emit('refused', refused);
  }

  #giveUp(refusal: CvError): void {
    this.#wanted = false;
    this.#refusal = refusal;
    this.#socket.disconnect();
    for (const reject of this.#asking) reject(refusal);
    this.#asking.clear();
  }

  #hurry(): void {
    if (!this.#wanted || this.#socket.connected) return;
    this.reopen();
  }

  #checkAfterSleep(): void {
    if (document.visibilityState === 'hidden') {
      this.#hiddenAt = Date.now();
      return;
    }
    this.#hurry();
    if (!this.#socket.connected || Date.now() - this.#hiddenAt < STALE_MS) return;
    this.#socket
      .timeout(4_000)
      .emitWithAck('request', 'media.capabilities', {})
      .catch(() => this.#socket.io.engine.close());
  }
}

function wireErrorIn(text: string | undefined): WireError | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    // Numbers are engine.io's own codes, of which it recovers by itself.
    return typeof parsed === 'object' && parsed !== null && 'code' in parsed && typeof parsed.code === 'string'
      ? (parsed as WireError)
      : undefined;
  } catch {
    return undefined;
  }
}
