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
  /** A page frame. */
  frame: (frame: ArrayBuffer) => void;
  /** Once, whether it ever was open or not. */
  closed: (answer?: HttpAnswer) => void;
}

/** Engine.IO's packet types (protocol revision 4). */
const OPEN = '0';
const CLOSE = '1';
const PING = '2';
const PONG = '3';
const MESSAGE = '4';
/** A binary message where only text goes through: what follows is Base64. */
const BINARY = 'b';

interface Handshake {
  sid: string;
  pingInterval: number;
  pingTimeout: number;
  maxPayload?: number;
}

/** A way that stands. */
interface Way {
  send(packet: string | Uint8Array<ArrayBuffer>): void;
  /** Bytes that it has been given and the network has not taken. */
  waiting(): number;
}

/** Between packets of one HTTP body. */
const SEPARATOR = '\x1e';

/**
 * One way to the server as Engine.IO speaks it: a WebSocket or, where none comes up, HTTP requests. It is closed when
 * the server's pings stay out, and never comes back.
 */
export class Pipe extends Emitter<PipeEvents> {
  readonly #address: URL;
  readonly #abort = new AbortController();
  #way: Way | undefined;
  #silenceMs = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;
  /** What a network swallows, it may let through as HTTP. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  #maxBytes = 0;
  /** Where HTTP goes to, with the session's name in it once it has one. */
  #polled: URL | undefined;
  #socket: WebSocket | undefined;
  #closed = false;

  /** `openMs`: within this time it has to be open. */
  constructor({ host, query, openMs }: { host: string; query: Record<string, string>; openMs: number }) {
    super();
    this.#address = new URL('/socket.io/', host);
    for (const [name, value] of Object.entries({ ...query, EIO: '4' })) this.#address.searchParams.set(name, value);
    this.#silence = setTimeout(() => this.close(), openMs);
    this.#dial(openMs / 2);
  }

  send(packet: string): void {
    this.#way?.send(MESSAGE + packet);
  }

  sendFrame(frame: Uint8Array<ArrayBuffer>): void {
    this.#way?.send(frame);
  }

  get waiting(): number {
    return this.#way?.waiting() ?? 0;
  }

  close(answer?: HttpAnswer): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#patience);
    this.#abort.abort();
    this.#socket?.close();
    this.emit('closed', answer);
  }

  #dial(patienceMs: number): void {
    const address = this.#addressOf('websocket');
    address.protocol = address.protocol.replace('http', 'ws');
    let socket: WebSocket;
    try {
      socket = new WebSocket(address);
    } catch {
      this.#poll();
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    const instead = () => {
      if (this.#socket !== socket) return;
      clearTimeout(this.#patience);
      this.#socket = this.#way = undefined;
      socket.close();
      this.#poll();
    };
    this.#patience = setTimeout(instead, patienceMs);
    socket.onmessage = ({ data }) => this.#socket === socket && this.#received(data);
    // One that never came up may be a proxy's doing, or a refusal whose reason a WebSocket does not tell.
    socket.onclose = () => (this.#silenceMs > 0 ? this.#socket === socket && this.close() : instead());
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#way = { send: (packet) => socket.send(packet), waiting: () => socket.bufferedAmount };
    };
  }

  async #poll(): Promise<void> {
    const address = this.#addressOf('polling');
    this.#polled = address;
    const waiting: string[] = [];
    let posting = false;
    let bytes = 0;
    const post = async () => {
      posting = true;
      for (let body = waiting.shift(); body !== undefined && !this.#closed; body = waiting.shift()) {
        // No character takes more than three bytes.
        while (waiting.length > 0 && (body.length + 1 + (waiting[0] ?? '').length) * 3 <= this.#maxBytes) {
          body += SEPARATOR + waiting.shift();
        }
        await this.#fetch(address, body);
        bytes -= body.length + SEPARATOR.length;
      }
      posting = false;
    };
    const send = (packet: string | Uint8Array<ArrayBuffer>) => {
      const text = typeof packet === 'string' ? packet : BINARY + toBase64(packet);
      waiting.push(text);
      bytes += text.length + SEPARATOR.length;
      if (!posting) void post();
    };
    this.#way = { send, waiting: () => bytes };
    while (!this.#closed) {
      const body = await this.#fetch(address);
      for (const packet of body?.split(SEPARATOR) ?? []) this.#received(packet);
      // Something between here and the server answers in its place.
      if (!body || this.#silenceMs === 0) this.close();
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
    if (this.#closed) return;
    if (packet instanceof ArrayBuffer) this.emit('frame', packet);
    if (typeof packet !== 'string') return;
    switch (packet[0]) {
      case OPEN:
        this.#opened(packet.slice(1));
        break;
      case CLOSE:
        this.close();
        break;
      case PING:
        this.#listen();
        this.#way?.send(PONG);
        break;
      case MESSAGE:
        this.emit('packet', packet.slice(1));
        break;
      case BINARY:
        this.#frame(packet.slice(1));
    }
  }

  #opened(json: string): void {
    let handshake: Handshake;
    try {
      handshake = JSON.parse(json);
    } catch {
      this.close();
      return;
    }
    const { sid, pingInterval, pingTimeout, maxPayload = 0 } = handshake;
    clearTimeout(this.#patience);
    this.#polled?.searchParams.set('sid', sid);
    this.#silenceMs = pingInterval + pingTimeout;
    this.#maxBytes = maxPayload;
    this.#listen();
    this.emit('open');
  }

  #frame(base64: string): void {
    let text: string;
    try {
      text = atob(base64);
    } catch {
      this.close();
      return;
    }
    this.emit('frame', Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
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

/** Arguments of one call are limited. */
const AT_ONCE = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return btoa(text);
}
