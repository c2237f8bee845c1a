import { CvError } from '#protocol/errors.ts';
import { complain } from './complain.ts';
import { Emitter } from './Emitter.ts';
import { type HttpAnswer, Pipe } from './Pipe.ts';
import { toJson } from './toJson.ts';

interface LineEvents {
  connected: () => void;
  lost: () => void;
  /** The server, or something before it, said why not: an error's JSON, or an HTTP answer. */
  refused: (reason: { error?: unknown; answer?: HttpAnswer }) => void;
  event: (name: string, payload: unknown) => void;
  /** A page frame; none before `connected`. */
  frame: (frame: ArrayBuffer) => void;
}

export interface LineOptions {
  host: string;
  query: Record<string, string>;
  /** Asked for at every connection. */
  auth: () => unknown;
}

interface Asked {
  packet: string;
  sent: boolean;
  resolve(answer: unknown): void;
  reject(error: CvError): void;
  timer: ReturnType<typeof setTimeout>;
}

/** Socket.IO's packet types (protocol revision 5). */
const CONNECT = '0';
const DISCONNECT = '1';
const EVENT = '2';
const ACK = '3';
const CONNECT_ERROR = '4';

/** A try to connect through a network that swallows everything must not outlast the outage by much. */
const OPEN_MS = 8_000;
const RETRY_MS = 300;
const MAX_RETRY_MS = 3_000;
/** A connection that ends sooner counts as one more that failed. */
const GOOD_MS = 5_000;

const lost = () => new CvError('TIMEOUT', 'The connection was lost; check the network.');

/** A Socket.IO client of what CoView needs: events in, questions with one answer out, and coming back by itself. */
export class Line extends Emitter<LineEvents> {
  readonly #options: LineOptions;
  #pipe: Pipe | undefined;
  #connected = false;
  #wanted = false;
  #tries = 0;
  #stoodAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #asked = new Map<number, Asked>();
  #lastId = 0;
  readonly #onOffline = () => this.drop();

  constructor(options: LineOptions) {
    super();
    this.#options = options;
    addEventListener('offline', this.#onOffline);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Bytes of it all that the network has not taken yet. */
  get waiting(): number {
    return this.#pipe?.waiting ?? 0;
  }

  connect(afterMs = 0): void {
    this.#wanted = true;
    clearTimeout(this.#retry);
    if (this.#pipe) return;
    if (afterMs === 0) this.#dial();
    else this.#retry = setTimeout(() => this.connect(), afterMs);
  }

  disconnect(): void {
    this.#wanted = false;
    clearTimeout(this.#retry);
    if (this.#connected) this.#pipe?.send(DISCONNECT);
    this.drop();
  }

  /** The present connection is over, whatever it thinks; another one is sought if any is wanted. */
  drop(): void {
    this.#pipe?.close();
  }

  close(): void {
    this.disconnect();
    removeEventListener('offline', this.#onOffline);
  }

  /** Sent when there is a connection; rejects with TIMEOUT when it was lost before the answer, or none came in time. */
  ask(name: string, args: readonly unknown[], withinMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const fail = (error: CvError) => {
        clearTimeout(asked.timer);
        this.#asked.delete(id);
        reject(error);
      };
      const late = () => fail(new CvError('TIMEOUT', 'The server did not answer in time; check the network.'));
      const asked: Asked = {
        packet: `${EVENT}${id}${toJson([name, ...args])}`,
        sent: this.#connected,
        resolve,
        reject: fail,
        timer: setTimeout(late, withinMs),
      };
      this.#asked.set(id, asked);
      if (asked.sent) this.#pipe?.send(asked.packet);
    });
  }

  /** Not kept for a better time: without a connection it goes nowhere. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#connected) this.#pipe?.sendFrame(frame);
  }

  /** Rejects everything that waits for an answer. */
  abandon(error: CvError): void {
    for (const { reject } of [...this.#asked.values()]) reject(error);
  }

  #dial(): void {
    const { host, query, auth } = this.#options;
    const pipe = new Pipe({ host, query, openMs: OPEN_MS });
    this.#pipe = pipe;
    pipe.on('open', () => pipe.send(CONNECT + toJson(auth())));
    pipe.on('packet', (packet) => {
      try {
        this.#received(packet);
      } catch (error) {
        // What comes after a packet that cannot be read makes no sense either.
        complain(error);
        this.drop();
      }
    });
    pipe.on('frame', (frame) => this.#connected && this.emit('frame', frame));
    pipe.on('closed', (answer) => this.#over(answer));
  }

  #received(packet: string): void {
    const [, type, id, json = ''] = /^(.)(\d*)(.*)$/s.exec(packet) ?? [];
    if (type === CONNECT) this.#stands();
    else if (type === EVENT) this.emit('event', ...(JSON.parse(json) as [string, unknown]));
    else if (type === ACK) this.#answered(Number(id), (JSON.parse(json) as unknown[])[0]);
    else if (type === DISCONNECT) this.#over();
    else if (type === CONNECT_ERROR) {
      const { data } = JSON.parse(json || '{}') as { data?: unknown };
      // Nobody is let in by trying again at once; whoever hears of it decides.
      this.#wanted = false;
      this.#over();
      this.emit('refused', { error: data });
    }
  }

  #stands(): void {
    this.#connected = true;
    this.#stoodAt = performance.now();
    for (const asked of this.#asked.values()) {
      if (asked.sent) continue;
      asked.sent = true;
      this.#pipe?.send(asked.packet);
    }
    this.emit('connected');
  }

  #answered(id: number, answer: unknown): void {
    const asked = this.#asked.get(id);
    if (!asked) return;
    clearTimeout(asked.timer);
    this.#asked.delete(id);
    asked.resolve(answer);
  }

  #over(answer?: HttpAnswer): void {
    const pipe = this.#pipe;
    if (!pipe) return;
    this.#pipe = undefined;
    pipe.close();
    const stood = this.#connected;
    this.#connected = false;
    if (stood && performance.now() - this.#stoodAt > GOOD_MS) this.#tries = 0;
    for (const asked of [...this.#asked.values()]) if (asked.sent) asked.reject(lost());
    if (this.#wanted) {
      const delay = Math.min(RETRY_MS * 2 ** this.#tries++, MAX_RETRY_MS);
      // Not all pages of a server that was away come back in the same moment.
      this.connect(delay * (0.5 + Math.random()));
    }
    if (stood) this.emit('lost');
    if (answer) this.emit('refused', { answer });
  }
}
