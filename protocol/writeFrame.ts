import {
  DEFLATED,
  FRAME_HEADER_BYTES,
  FRAME_VERSION,
  type FrameHeader,
  type FrameKind,
  MORE,
  SESSION_PREFIX,
} from './frame.ts';
import type { CobrowseId } from './ids.ts';

const codes: Readonly<Record<FrameKind, number>> = { full: 0, delta: 1, pointer: 2 };

/** Apart from what reads them: a visitor’s page only writes frames. */
export function writeFrame(header: FrameHeader, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FRAME_VERSION;
  bytes[1] = codes[header.kind];
  bytes[2] = (header.deflated ? DEFLATED : 0) | (header.more ? MORE : 0);
  view.setUint32(4, header.stream);
  view.setUint32(8, header.seq);
  bytes.set(sessionBytes(header.session), 12);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

function sessionBytes(id: CobrowseId): Uint8Array {
  const text = atob(id.slice(SESSION_PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
