import type { RtpParameters } from '#protocol/rtp.ts';
import type { RawPeer } from './RawPeer.ts';

export const PACKET_BYTES = 1_100;
/** Packets of one picture, and pictures between two key frames. */
const PACKETS_PER_FRAME = 13;
const FRAMES_PER_KEY = 90;
const TICK_MS = 5;
const MAX_LATE_MS = 25;
/** Of 90 kHz, at 30 pictures a second. */
const CLOCK_PER_FRAME = 3_000;

/** Fixed header, then one-byte extensions (RFC 8285): abs-send-time, transport-wide sequence number, mid, padding. */
const HEADER_BYTES = 12 + 4 + 12;

/** VP8 packets of a shared screen, all of one size, at a fixed rate: about 30 pictures a second at 400 packets. */
export class ScreenStream {
  sent = 0;
  readonly #peer: RawPeer;
  readonly #packet = Buffer.alloc(PACKET_BYTES, 0x5a);
  #sequence = 1;
  #pictures = 0;
  /** The picture at which the present run began. */
  #began = 0;

  constructor(peer: RawPeer, rtp: RtpParameters) {
    this.#peer = peer;
    const id = (uri: string) => rtp.headerExtensions?.find((extension) => extension.uri.endsWith(uri))?.id ?? 0;
    const packet = this.#packet;
    packet[0] = 0x90;
    packet.writeUInt32BE(rtp.encodings[0]?.ssrc ?? 0, 8);
    packet.writeUInt16BE(0xbede, 12);
    packet.writeUInt16BE(3, 14);
    packet.fill(0, 16, HEADER_BYTES);
    packet[16] = (id('abs-send-time') << 4) | 2;
    packet[20] = (id('transport-wide-cc-extensions-01') << 4) | 1;
    packet[23] = (id('sdes:mid') << 4) | 0;
    packet[24] = '0'.charCodeAt(0);
    packet[1] = rtp.codecs[0]?.payloadType ?? 0;
  }

  /**
   * Sends for so long; resolves with the number of packets sent. It begins with a key frame. What a busy machine keeps
   * it from sending in time is left out: sent in one burst, it would overflow the relay's socket.
   */
  async run(ms: number, packetsPerSecond: number): Promise<number> {
    const before = this.sent;
    const began = performance.now();
    this.#began = this.#pictures;
    let due = 0;
    let last = began;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const now = performance.now();
        due += (Math.min(now - last, MAX_LATE_MS) / 1000) * packetsPerSecond;
        last = now;
        for (; due >= 1; due--) this.#sendOne((this.sent - before) % PACKETS_PER_FRAME);
        if (now - began < ms) return;
        clearInterval(timer);
        resolve();
      }, TICK_MS);
    });
    this.#pictures++;
    return this.sent - before;
  }

  #sendOne(part: number): void {
    const packet = this.#packet;
    const first = part === 0;
    const last = part === PACKETS_PER_FRAME - 1;
    packet[1] = ((packet[1] ?? 0) & 0x7f) | (last ? 0x80 : 0);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE((this.#pictures * CLOCK_PER_FRAME) >>> 0, 4);
    packet.writeUIntBE(Math.floor((performance.now() / 1000) * 2 ** 18) & 0xffffff, 17, 3);
    packet.writeUInt16BE(this.#sequence, 21);
    this.#describe(first, first && (this.#pictures - this.#began) % FRAMES_PER_KEY === 0);
    this.#peer.send(packet, HEADER_BYTES);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.sent++;
    if (last) this.#pictures++;
  }

  /** VP8's payload descriptor with a picture id (RFC 7741), and of a key frame its header. */
  #describe(first: boolean, key: boolean): void {
    const packet = this.#packet;
    let at = HEADER_BYTES;
    packet[at++] = 0x80 | (first ? 0x10 : 0);
    packet[at++] = 0x80;
    packet.writeUInt16BE(0x8000 | (this.#pictures & 0x7fff), at);
    at += 2;
    packet[at++] = key ? 0x10 : 0x11;
    packet.set([0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02], at);
  }
}
