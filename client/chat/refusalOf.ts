import type { ShownMessage } from './ShownMessage.ts';

const PERMANENT = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED', 'INVALID_INPUT'];

/** Why a message that failed will never be taken, however often it is sent. */
export function refusalOf({ error = '', file, upload }: ShownMessage) {
  if (!PERMANENT.includes(error)) return undefined;
  if (!file && !upload) return 'failedText';
  if (error === 'PAYLOAD_TOO_LARGE') return 'failedSize';
  if (error !== 'INVALID_INPUT' || !upload) return 'failedFile';
  return upload.size === 0 ? 'failedEmpty' : 'failedType';
}
