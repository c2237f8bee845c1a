import { WebSocket } from 'ws';
import { newId } from '#protocol/newId.ts';

export interface FrameSocketOptions {
  port: number;
  role: 'visitor' | 'agent';
  /** The agent’s. */
  token?: string;
  onFrame?: (frame: Buffer) => void;
}

type Fact = (payload: never) => void;

const page = { url: 'https://shop.example/cart', title: 'Cart', state: 'active', screen: true };

/** A page on CoView’s socket, as little of it as can be: requests, events and page frames. */
export class FrameSocket {
  readonly tab = newId('t');
  readonly #socket: WebSocket;
  readonly #facts = new Map<string, Fact>();
  readonly #answers = new Map<number, (answer: string) => void>();
  #requests = 0;

  static async open(options: FrameSocketOptions): Promise<FrameSocket> {
    const socket = new FrameSocket(options);
    await new Promise<void>((resolve, reject) => {
      socket.on(`${options.role}.welcome`, () => resolve());
      socket.#socket.once('error', reject);
      socket.#socket.once('close', (code) => reject(new Error(`the server closed the socket (${code})`)));
    });
    return socket;
  }

  private constructor({ port, role, token, onFrame }: FrameSocketOptions) {
    const url = `ws://127.0.0.1:${port}/socket.io/?site=demo&EIO=4&transport=websocket`;
    this.#socket = new WebSocket(url, { origin: 'http://localhost:5173', perMessageDeflate: false });
    const hello = { role, site: 'demo', tab: this.tab, page, ...(token && { token }) };
    this.#socket.on('open', () => this.#socket.send(`40${JSON.stringify(hello)}`));
    this.#socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) onFrame?.(data);
      else this.#text(data.toString());
    });
  }

  on<T>(event: string, listener: (payload: T) => void): void {
    this.#facts.set(event, listener as Fact);
  }

  async request<T>(name: string, input: unknown): Promise<T> {
    const id = this.#requests++;
    this.#socket.send(`42${id}${JSON.stringify(['request', name, input])}`);
    const text = await new Promise<string>((resolve) => this.#answers.set(id, resolve));
    const [answer] = JSON.parse(text) as [{ data: T } | { error: unknown }];
    if ('error' in answer) throw new Error(`${name}: ${text}`);
    return answer.data;
  }

  send(frame: Uint8Array): void {
    this.#socket.send(frame);
  }

  close(): void {
    this.#socket.terminate();
  }

  #text(text: string): void {
    if (text === '2') this.#socket.send('3');
    else if (text.startsWith('42')) {
      const [event, payload] = JSON.parse(text.slice(2)) as [string, never];
      this.#facts.get(event)?.(payload);
    } else if (text.startsWith('43')) {
      const start = text.indexOf('[');
      this.#answers.get(Number(text.slice(2, start)))?.(text.slice(start));
    } else if (text.startsWith('44')) throw new Error(`refused: ${text}`);
  }
}
