import { WebSocket } from 'ws';

/** What Chromium sends with a socket: a server that keeps the headers keeps these. */
const headers = {
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9,de;q=0.8',
};

export interface EngineSettings {
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

export interface EngineSocketOptions {
  port: number;
  /** As a browser names the page that opens it. */
  origin: string;
  auth: Record<string, unknown>;
  onPing?: () => void;
  /** Facts the server tells, as they come: JSON of an array of name and payload. */
  onEvent?: (text: string) => void;
  onClose?: () => void;
}

/** Enough of a socket.io client (Engine.IO 4, WebSocket only) to hold ten thousand of them in one process. */
export class EngineSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: string) => void>();
  #settings: EngineSettings | undefined;
  #nextId = 0;

  /** Resolves when the server has let it into the namespace. */
  static open(options: EngineSocketOptions): Promise<EngineSocket> {
    return new Promise((resolve, reject) => new EngineSocket(options, resolve, reject));
  }

  private constructor(
    { port, origin, auth, onPing, onEvent, onClose }: EngineSocketOptions,
    opened: (socket: EngineSocket) => void,
    failed: (error: Error) => void,
  ) {
    const site = String(auth['site']);
    const url = `ws://127.0.0.1:${port}/socket.io/?site=${site}&EIO=4&transport=websocket`;
    this.#socket = new WebSocket(url, { headers, origin, perMessageDeflate: false, skipUTF8Validation: true });
    this.#socket.on('error', failed);
    this.#socket.on('close', (code) => {
      failed(new Error(`the server closed the socket (${code})`));
      onClose?.();
    });
    this.#socket.on('message', (data: Buffer) => {
      if (data[0] === 0x32) {
        this.#socket.send('3');
        onPing?.();
      } else if (data[0] === 0x34 && data[1] === 0x32) onEvent?.(data.toString('utf8', 2));
      else if (data[0] === 0x34) this.#packet(data, () => opened(this), failed);
      else if (data[0] === 0x30) {
        this.#settings = JSON.parse(data.toString().slice(1)) as EngineSettings;
        this.#socket.send(`40${JSON.stringify(auth)}`);
      }
    });
  }

  /** What the server says of itself when a socket opens. */
  get settings(): EngineSettings {
    if (!this.#settings) throw new Error('the socket is not open');
    return this.#settings;
  }

  /** The answer as it came, JSON of an array with one element. */
  request(name: string, input: unknown): Promise<string> {
    const id = this.#nextId++;
    this.#socket.send(`42${id}${JSON.stringify(['request', name, input])}`);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  close(): void {
    this.#socket.terminate();
  }

  #packet(data: Buffer, opened: () => void, failed: (error: Error) => void): void {
    if (data[1] === 0x30) opened();
    else if (data[1] === 0x34) failed(new Error(`refused: ${data.toString()}`));
    else if (data[1] === 0x33) {
      const start = data.indexOf('[');
      const id = Number(data.toString('latin1', 2, start));
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      waiting?.(data.toString('utf8', start));
    }
  }
}
