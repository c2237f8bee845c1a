import type { CobrowseId } from './ids.ts';

/**
 * The envelope of page frames on the wire, one binary message each way, never opened by the server. Big endian:
 * u8 version · u8 kind · u8 flags · u8 zero · u32 stream · u32 seq · 16 bytes session · payload.
 * The payload is the JSON of an array of rrweb events (`eventWithTime[]`), or a part of it, as `flags` say. In pointer
 * frames a move is `[source, x, y, id]`, numbers as in rrweb’s.
 */
export const FRAME_VERSION = 1;
export const FRAME_HEADER_BYTES = 28;

/** Largest payload of one frame, in bytes; what is larger goes in several, each but the last marked `more`. */
export const MAX_FRAME_PAYLOAD = 512 * 1024;

/** Largest JSON that frames may inflate to, in bytes: a viewer stops reading there. */
export const MAX_INFLATED = 64 * 1024 * 1024;

/**
 * full: begins the page anew, whatever came before. delta: follows the frame before it. pointer: may be lost; none
 * but the last is kept, and it takes no number of its own, but repeats that of the frame it follows.
 */
const frameKinds = ['full', 'delta', 'pointer'] as const;
export type FrameKind = (typeof frameKinds)[number];

export interface FrameHeader {
  session: CobrowseId;
  /** Which recording it belongs to: the server counts one more whenever it asks a tab to begin. */
  stream: number;
  /** Of full and delta frames: 0, 1, 2… without gaps within the stream. */
  seq: number;
  kind: FrameKind;
  /** The payload is raw DEFLATE (RFC 1951), all parts together one stream. */
  deflated: boolean;
  /** The payload goes on in the next frame of the same kind. */
  more: boolean;
}

/** The session’s bytes stand in its id after this. */
export const SESSION_PREFIX = 'cb_';
export const DEFLATED = 1;
export const MORE = 2;

/** Undefined for what is no frame. The payload is what follows FRAME_HEADER_BYTES. */
export function readFrameHeader(bytes: Uint8Array): FrameHeader | undefined {
  const kind = frameKinds[bytes[1] ?? 255];
  const flags = bytes[2] ?? 255;
  const known = bytes.length > FRAME_HEADER_BYTES && bytes[0] === FRAME_VERSION && bytes[3] === 0;
  if (!known || !kind || flags > (DEFLATED | MORE)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  return {
    session: sessionId(bytes.subarray(12, FRAME_HEADER_BYTES)),
    stream: view.getUint32(4),
    seq: view.getUint32(8),
    kind,
    deflated: (flags & DEFLATED) !== 0,
    more: (flags & MORE) !== 0,
  };
}

/** Of a frame that goes on its way later. */
export function writeSeq(frame: Uint8Array, seq: number): void {
  new DataView(frame.buffer, frame.byteOffset).setUint32(8, seq);
}

function sessionId(bytes: Uint8Array): CobrowseId {
  const text = btoa(String.fromCharCode(...bytes));
  return `${SESSION_PREFIX}${text.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_')}` as CobrowseId;
}
