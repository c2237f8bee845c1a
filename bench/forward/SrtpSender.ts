import { createCipheriv } from 'node:crypto';

/** The client's master key and salt of AEAD_AES_128_GCM. */
export interface SrtpKeys {
  key: Buffer;
  salt: Buffer;
}

const TAG_BYTES = 16;

/** One stream's RTP packets as SRTP (RFC 3711's key derivation, RFC 7714's cipher). */
export class SrtpSender {
  readonly #key: Buffer;
  readonly #salt: Buffer;
  #rollovers = 0;
  #last = 0;

  constructor({ key, salt }: SrtpKeys) {
    this.#key = derive(key, salt, 0, 16);
    this.#salt = derive(key, salt, 2, 12);
  }

  /** Packets come in the order of their sequence numbers. */
  protect(packet: Buffer, headerBytes: number): Buffer {
    const sequence = packet.readUInt16BE(2);
    if (sequence < this.#last) this.#rollovers++;
    this.#last = sequence;
    const iv = Buffer.alloc(12);
    packet.copy(iv, 2, 8, 12);
    iv.writeUInt32BE(this.#rollovers, 6);
    iv.writeUInt16BE(sequence, 10);
    for (let i = 0; i < iv.length; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
    const header = packet.subarray(0, headerBytes);
    const cipher = createCipheriv('aes-128-gcm', this.#key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(header);
    return Buffer.concat([header, cipher.update(packet.subarray(headerBytes)), cipher.final(), cipher.getAuthTag()]);
  }
}

function derive(key: Buffer, salt: Buffer, label: number, bytes: number): Buffer {
  const iv = Buffer.alloc(16);
  salt.copy(iv);
  iv[7] = (iv[7] ?? 0) ^ label;
  return createCipheriv('aes-128-ctr', key, iv).update(Buffer.alloc(bytes));
}
