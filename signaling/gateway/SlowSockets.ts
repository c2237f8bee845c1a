import type { Server } from 'socket.io';

/** More than the longest answer; a page that takes less than it is told waits for this much at some time. */
const MAX_WAITING = 16 * 1024 * 1024;
const LOOK_MS = 2_000;

/** What of engine.io's connection is needed, beside what it declares. */
interface Connection {
  readonly writeBuffer: readonly { data?: string | Buffer }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
  close(discard: boolean): void;
}

/**
 * Ends sockets whose pages do not take what they are told: its bytes would gather in this process. Such a page comes
 * back and asks for what it missed. Looks at all of them now and then, which costs nothing where nothing waits.
 */
export class SlowSockets {
  readonly #io: Server;
  readonly #maxWaiting: number;
  readonly #ended: (waiting: number) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(io: Server, ended: (waiting: number) => void, maxWaiting = MAX_WAITING) {
    this.#io = io;
    this.#ended = ended;
    this.#maxWaiting = maxWaiting;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const socket of this.#io.of('/').sockets.values()) {
      const connection = socket.conn as unknown as Connection;
      const waiting = waitingBytes(connection);
      if (waiting <= this.#maxWaiting) continue;
      this.#ended(waiting);
      // A closing handshake would wait behind all of it.
      connection.transport.socket?.terminate();
      connection.close(true);
    }
  }
}

function waitingBytes({ writeBuffer, transport }: Connection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) bytes += data?.length ?? 0;
  return bytes;
}
