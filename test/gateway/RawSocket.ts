import { newId } from '#protocol/newId.ts';
import { page } from '#test/support/Peer.ts';

/** A websocket at the socket's door that speaks what it likes: `0` opens, `40` connects, `42` is an event. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #seen: string[] = [];
  #look: () => void = () => {};
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data === '2') socket.send('3');
      this.#seen.push(String(data));
      this.#look();
    });
    socket.addEventListener('error', () => {});
    this.ended = new Promise((resolve) => {
      socket.addEventListener('close', () => {
        resolve();
        this.#look();
      });
    });
  }

  /** The transport stands; nobody has said yet who this is. */
  static async open(url: string): Promise<RawSocket> {
    const raw = new RawSocket(
      new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&site=demo`),
    );
    await raw.next('0');
    return raw;
  }

  static async visitor(url: string): Promise<RawSocket> {
    const raw = await RawSocket.open(url);
    raw.send(RawSocket.hello());
    await raw.next('42["visitor.welcome"');
    return raw;
  }

  /** The packet with which a visitor's page connects. */
  static hello(auth: Record<string, unknown> = {}): string {
    return `40${JSON.stringify({ role: 'visitor', site: 'demo', tab: newId('t'), page, ...auth })}`;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(...frames: (string | Uint8Array<ArrayBuffer>)[]): void {
    for (const frame of frames) this.#socket.send(frame);
  }

  /** The first frame that begins so, already received or still to come; rejects when the socket ends before. */
  async next(beginning: string): Promise<string> {
    for (;;) {
      const found = this.#seen.find((frame) => frame.startsWith(beginning));
      if (found !== undefined) return found;
      if (this.#socket.readyState > WebSocket.OPEN)
        throw new Error(`ended before ${beginning}; got ${this.#seen.join(' ')}`);
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}
