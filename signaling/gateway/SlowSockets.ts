import type { Server, Socket } from 'socket.io';
import { type Connection, waitingBytes } from './waitingBytes.ts';

/** More than the longest answer; a page that takes less than it is told waits for this much at some time. */
const MAX_WAITING = 16 * 1024 * 1024;
const LOOK_MS = 2_000;
/** To look at ten thousand sockets that are told nothing costs more than all of their heartbeats. */
const MANY_TOLD = 20;
const QUIET_LOOKS = 10;

/**
 * Ends sockets whose pages do not take what they are told: its bytes would gather in this process. Such a page comes
 * back and asks for what it missed. Who asks is looked at then, and all of them when much has been told, or at times.
 */
export class SlowSockets {
  readonly #io: Server;
  readonly #maxWaiting: number;
  readonly #ended: (waiting: number) => void;
  readonly #timer: NodeJS.Timeout;
  #told = 0;
  #quiet = 0;

  constructor(io: Server, ended: (waiting: number) => void, maxWaiting = MAX_WAITING) {
    this.#io = io;
    this.#ended = ended;
    this.#maxWaiting = maxWaiting;
    this.#timer = setInterval(() => this.#tick(), LOOK_MS).unref();
  }

  /** Pages are told something. */
  told(): void {
    this.#told++;
  }

  /** Whether this one was ended. */
  ends(socket: Socket): boolean {
    const connection = socket.conn as unknown as Connection;
    const waiting = waitingBytes(connection);
    if (waiting <= this.#maxWaiting) return false;
    this.#ended(waiting);
    // A closing handshake would wait behind all of it.
    connection.transport.socket?.terminate();
    connection.close(true);
    return true;
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#quiet++;
    if (this.#told < MANY_TOLD && this.#quiet < QUIET_LOOKS) return;
    this.#told = this.#quiet = 0;
    for (const socket of this.#io.of('/').sockets.values()) this.ends(socket);
  }
}
