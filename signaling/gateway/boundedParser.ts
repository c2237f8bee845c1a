import { Decoder, Encoder, type Packet, PacketType } from 'socket.io-parser';
import { FRAME_HEADER_BYTES } from '#protocol/frame.ts';
import { MAX_REQUEST_CHARS } from '#protocol/limits.ts';

/** Name under which an oversized request reaches the gateway; a symbol, because no client can send one. */
export const OVERSIZED = Symbol('oversized');

/** Name under which bytes that belong to no packet reach the gateway. */
export const BYTES = Symbol('bytes');

const header = /^2(?:(\/[^,]*),)?(\d{1,15})?/;

/**
 * socket.io's decoder, but a request larger than MAX_REQUEST_CHARS is not parsed but reported, and bytes that no packet
 * has announced are a page frame.
 */
class BoundedDecoder extends Decoder {
  override add(frame: unknown): void {
    if (frame instanceof Uint8Array && frame.length > FRAME_HEADER_BYTES && !this.#announced) {
      this.emitReserved('decoded', { type: PacketType.EVENT, nsp: '/', data: [BYTES, frame] });
      return;
    }
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

  /** Bytes of a packet are still to come. */
  get #announced(): boolean {
    return Boolean((this as unknown as { reconstructor?: unknown }).reconstructor);
  }
}

export const boundedParser = { Encoder, Decoder: BoundedDecoder };
