import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';

/** Name under which an oversized request reaches the gateway; a symbol, because no client can send one. */
export const OVERSIZED = Symbol('oversized');

const header = /^2(?:(\/[^,]*),)?(\d{1,15})?/;

/** socket.io's decoder, which does not parse a request larger than MAX_REQUEST_CHARS but reports it. */
class BoundedDecoder extends Decoder {
  override add(frame: unknown): void {
    if (typeof frame !== 'string' || frame.length <= MAX_REQUEST_CHARS) {
      super.add(frame);
      return;
    }
    const match = header.exec(frame);
    if (!match) throw new Error('oversized packet');
    const packet: Packet = {
      type: PacketType.EVENT,
      nsp: match[1] ?? '/',
      data: [OVERSIZED, frame.length],
      ...(match[2] ? { id: Number(match[2]) } : {}),
    };
    this.emitReserved('decoded', packet);
  }
}

export const boundedParser = { Encoder, Decoder: BoundedDecoder };
