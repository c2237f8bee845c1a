import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MAGIC = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  controlling: 0x802a,
};

/** The request with which a controlling ICE agent takes a path into use (RFC 8489, RFC 8445). */
export function bindingRequest(remote: { usernameFragment: string; password: string }): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(BINDING_REQUEST, 0);
  header.writeUInt32BE(MAGIC, 4);
  randomBytes(12).copy(header, 8);
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(0x6e0001ff);
  let message = Buffer.concat([
    header,
    attribute(attributes.username, Buffer.from(`${remote.usernameFragment}:bench`)),
    attribute(attributes.priority, priority),
    attribute(attributes.controlling, Buffer.alloc(8, 1)),
    attribute(attributes.useCandidate, Buffer.alloc(0)),
  ]);
  const signed = withLength(message, 24);
  const integrity = createHmac('sha1', remote.password).update(signed).digest();
  message = Buffer.concat([message, attribute(attributes.integrity, integrity)]);
  const summed = withLength(message, 8);
  const fingerprint = Buffer.alloc(4);
  fingerprint.writeUInt32BE((crc32(summed) ^ 0x5354554e) >>> 0);
  return withLength(Buffer.concat([message, attribute(attributes.fingerprint, fingerprint)]), 0);
}

export const isBindingSuccess = (message: Buffer): boolean => message.readUInt16BE(0) === BINDING_SUCCESS;

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** The message with its length as it will be once `more` bytes follow. */
function withLength(message: Buffer, more: number): Buffer {
  message.writeUInt16BE(message.length - 20 + more, 2);
  return message;
}
