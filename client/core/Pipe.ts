import { Emitter } from './Emitter.ts';

/** What a server, or something before it, answered instead of letting this page in. */
export interface HttpAnswer {
  status: number;
  body: string;
}

interface PipeEvents {
  open: () => void;
  /** A packet of the protocol above. */
  packet: (packet: string) => void;
  /** Once, whether it ever was open or not. */
  closed: (answer?: HttpAnswer) => void;
}

/** Engine.IO's packet types (protocol revision 4). */
const OPEN = '0';
const CLOSE = '1';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';
/** Between packets of one HTTP body. */
const SEPARATOR = '\x1e';

/**
 * One way to the server as Engine.IO speaks it: a WebSocket or, where none comes up, HTTP requests. It is closed when
 * the server's pings stay out, and never comes back.
 */
export class Pipe extends Emitter<PipeEvents> {
  readonly #address: URL;
  readonly #abort = new AbortController();
  #send: ((packet: string) => void) | undefined;
  #silenceMs = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #socket: WebSocket | undefined;
  #closed = false;

  /** `openMs`: within this time it has to be open. */
  constructor({ host, query, openMs }: { host: string; query: Record<string, string>; openMs: number }) {
    super();
    this.#address = new URL('/socket.io/', host);
    for (const [name, value] of Object.entries({ ...query, EIO: '4' })) this.#address.searchParams.set(name, value);
    this.#silence = setTimeout(() => this.close(), openMs);
    this.#dial();
  }

  send(packet: string): void {
    this.#send?.(MESSAGE + packet);
  }

  close(answer?: HttpAnswer): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#abort.abort();
    this.#socket?.close();
    this.emit('closed', answer);
  }

  #dial(): void {
    const address = this.#addressOf('websocket');
    address.protocol = address.protocol.replace('http', 'ws');
    try {
      const socket = new WebSocket(address);
      this.#socket = socket;
      socket.onmessage = ({ data }) => this.#received(data);
      // One that never came up may be a proxy's doing, or a refusal whose reason a WebSocket does not tell.
      socket.onclose = () => (this.#silenceMs > 0 ? this.close() : this.#poll());
      socket.onopen = () => {
        this.#send = (packet) => socket.send(packet);
      };
    } catch {
      this.#poll();
    }
  }

  async #poll(): Promise<void> {
    const address = this.#addressOf('polling');
    let waiting: string[] = [];
    let posting = false;
    const post = async () => {
      posting = true;
      while (waiting.length > 0 && !this.#closed) {
        const body = waiting.join(SEPARATOR);
        waiting = [];
        await this.#fetch(address, body);
      }
      posting = false;
    };
    while (!this.#closed) {
      const body = await this.#fetch(address);
      for (const packet of body?.split(SEPARATOR) ?? []) {
        if (packet[0] === OPEN) {
          address.searchParams.set('sid', (JSON.parse(packet.slice(1)) as { sid: string }).sid);
          this.#send = (text) => {
            waiting.push(text);
            if (!posting) void post();
          };
        }
        this.#received(packet);
      }
      // Something between here and the server answers in its place.
      if (!address.searchParams.has('sid')) this.close();
    }
  }

  async #fetch(address: URL, body?: string): Promise<string | undefined> {
    if (this.#closed) return undefined;
    address.searchParams.set('t', `${Date.now()}${Math.random()}`);
    try {
      const answer = await fetch(address, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body !== undefined && { body }),
        cache: 'no-store',
        signal: this.#abort.signal,
      });
      const text = await answer.text();
      if (answer.ok) return text;
      this.close({ status: answer.status, body: text });
    } catch {
      this.close();
    }
    return undefined;
  }

  #received(packet: unknown): void {
    if (this.#closed || typeof packet !== 'string') return;
    switch (packet[0]) {
      case OPEN: {
        const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1)) as Record<string, number>;
        this.#silenceMs = (pingInterval ?? 0) + (pingTimeout ?? 0);
        this.#listen();
        this.emit('open');
        break;
      }
      case CLOSE:
        this.close();
        break;
      case PING:
        this.#listen();
        this.#send?.(PONG);
        break;
      case MESSAGE:
        this.emit('packet', packet.slice(1));
    }
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.close(), this.#silenceMs);
  }

  #addressOf(transport: string): URL {
    const address = new URL(this.#address);
    address.searchParams.set('transport', transport);
    return address;
  }
}
