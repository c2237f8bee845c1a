import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { newId } from '#protocol/newId.ts';
import { page } from '#test/support/Peer.ts';

/** What a page says about itself when it connects. */
export interface Hello {
  role: 'visitor' | 'agent';
  tab: string;
  token: string;
  site?: string;
}

/** A page on the socket, below socket.io: text packets and page frames as they come. */
export class RelayPage {
  readonly tab: string;
  /** Page frames, oldest first. */
  readonly frames: Uint8Array[] = [];
  readonly texts: string[] = [];
  ended = false;
  onMessage: (data: string | Uint8Array) => void = () => {};
  readonly #socket: WebSocket;
  #requests = 0;

  private constructor(socket: WebSocket, tab: string) {
    this.tab = tab;
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary && String(data) === '2') return socket.send('3');
      if (isBinary) this.frames.push(data);
      else this.texts.push(String(data));
      this.onMessage(isBinary ? data : String(data));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
    });
  }

  static async connect(url: string, hello: Partial<Hello> = {}): Promise<RelayPage> {
    const { role = 'visitor', tab = newId('t'), token = newId('v'), site = 'demo' } = hello;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&site=${site}`);
    const connected = new RelayPage(socket, tab);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => socket.send(`40${JSON.stringify({ role, site, tab, token, page })}`));
      socket.once('close', () => reject(new Error('not let in')));
      socket.on('message', (data) => {
        if (String(data).startsWith('42')) resolve();
      });
    });
    return connected;
  }

  send(...messages: (string | Uint8Array)[]): void {
    for (const message of messages) this.#socket.send(message);
  }

  /** What it was told under this name, oldest first. */
  events<T>(name: string): T[] {
    const beginning = `42["${name}",`;
    return this.texts
      .filter((text) => text.startsWith(beginning))
      .map((text) => (JSON.parse(text.slice(2)) as [string, T])[1]);
  }

  event<T>(name: string): T {
    const last = this.events<T>(name).at(-1);
    if (last === undefined) throw new Error(`${name} was not told`);
    return last;
  }

  /** Rejects with the whole answer if it is an error. */
  async request<T>(method: string, input: unknown): Promise<T> {
    const answered = `43${++this.#requests}[`;
    this.send(`42${this.#requests}${JSON.stringify(['request', method, input])}`);
    const text = await vi.waitUntil(() => this.texts.find((told) => told.startsWith(answered)), {
      interval: 1,
      timeout: 20_000,
    });
    const [answer] = JSON.parse(text.slice(answered.length - 1)) as [{ data: T } | { error: unknown }];
    if ('error' in answer) throw new Error(text);
    return answer.data;
  }

  /** Takes nothing any more, as a page whose network or processor is overwhelmed. */
  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.terminate();
  }
}
