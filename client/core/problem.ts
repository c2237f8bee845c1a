import { CvError, type ErrorCode } from '#protocol/errors.ts';

/** The error that a REST answer (RFC 9457) or the lack of one means. */
export function problem(status: number, body: string): CvError {
  try {
    const { code, detail, title } = JSON.parse(body) as { code?: ErrorCode; detail?: string; title?: string };
    if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) return new CvError(code, detail ?? title ?? code);
  } catch {
    // Something between the page and the server answered.
  }
  if (status === 413) return new CvError('PAYLOAD_TOO_LARGE', 'The server does not take so much.');
  if (status === 0 || status >= 500 || status === 429) {
    return new CvError('UNAVAILABLE', 'The server cannot be reached; check the network.');
  }
  return new CvError('INTERNAL', `The server answered ${status}.`);
}
