import type { Server, Socket } from 'socket.io';
import type { TabId } from '#protocol/ids.ts';
import type { FrameOutlet } from './FrameOutlet.ts';
import { type Connection, waitingBytes } from './waitingBytes.ts';

const OPEN = 1;
/** Below this a copy costs less than a second piece in each write. */
const MAX_COPIED = 16 * 1024;

/** Page frames on their way to agents’ pages: made ready once for all of them, and written past socket.io. */
export class FrameLines implements FrameOutlet {
  readonly #io: Server;
  readonly #roomOf: (tab: TabId) => string;

  constructor(io: Server, roomOf: (tab: TabId) => string) {
    this.#io = io;
    this.#roomOf = roomOf;
  }

  sendFrame(tabs: Iterable<TabId>, frame: Uint8Array, most = Number.POSITIVE_INFINITY): TabId[] {
    const sent: TabId[] = [];
    let prepared: readonly Uint8Array[] | undefined;
    for (const tab of tabs) {
      const connection = this.#connection(tab);
      if (connection?.readyState !== 'open' || waitingBytes(connection) > most) continue;
      sent.push(tab);
      prepared ??= webSocketFrame(frame);
      const { socket, writable } = connection.transport;
      // Nothing of engine.io's waits, so nothing is overtaken; its own way costs a quarter more.
      const direct = writable && connection.writeBuffer.length === 0 && socket?.readyState === OPEN;
      if (direct && socket._sender) socket._sender.sendFrame(prepared);
      else connection.write(frame, { compress: false, wsPreEncodedFrame: prepared });
    }
    return sent;
  }

  waiting(tab: TabId): number {
    const connection = this.#connection(tab);
    return connection?.readyState === 'open' ? waitingBytes(connection) : Number.POSITIVE_INFINITY;
  }

  #connection(tab: TabId): Connection | undefined {
    const { adapter, sockets } = this.#io.sockets;
    let found: Socket | undefined;
    // A page that has come back may have two for a moment; the later one is the one that stays.
    for (const id of adapter.rooms.get(this.#roomOf(tab)) ?? []) found = sockets.get(id);
    return found?.conn as unknown as Connection | undefined;
  }
}

/** RFC 6455, 5.2: one unmasked binary message. */
function webSocketFrame(payload: Uint8Array): readonly Uint8Array[] {
  const { length } = payload;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const copied = length <= MAX_COPIED;
  const bytes = Buffer.allocUnsafe(header + (copied ? length : 0));
  bytes[0] = 0x82;
  bytes[1] = header === 2 ? length : header === 4 ? 126 : 127;
  if (header === 4) bytes.writeUInt16BE(length, 2);
  if (header === 10) bytes.writeBigUInt64BE(BigInt(length), 2);
  if (!copied) return [bytes, payload];
  bytes.set(payload, header);
  return [bytes];
}
