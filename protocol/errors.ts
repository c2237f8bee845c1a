/** The one list of error codes: the page API, the socket and REST all answer with these. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_INPUT',
  'CONFLICT',
  'RATE_LIMITED',
  'PAYLOAD_TOO_LARGE',
  'NOT_TAGGED',
  'VISITOR_OFFLINE',
  'AGENT_OFFLINE',
  'CALL_BUSY',
  'DECLINED',
  'TIMEOUT',
  'UNSUPPORTED',
  'SIGNATURE_REQUIRED',
  'SIGNATURE_INVALID',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** HTTP status of each code (RFC 9110), for REST answers and refused handshakes. */
export const httpStatus: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  INVALID_INPUT: 400,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  PAYLOAD_TOO_LARGE: 413,
  NOT_TAGGED: 409,
  VISITOR_OFFLINE: 409,
  AGENT_OFFLINE: 409,
  CALL_BUSY: 409,
  DECLINED: 409,
  TIMEOUT: 504,
  UNSUPPORTED: 422,
  SIGNATURE_REQUIRED: 401,
  SIGNATURE_INVALID: 401,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** What every method and route may answer besides the codes it names itself. */
export const commonErrors: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'INVALID_INPUT',
  'RATE_LIMITED',
  'PAYLOAD_TOO_LARGE',
  'UNAVAILABLE',
  'INTERNAL',
];

/** An error as it crosses the wire. */
export interface WireError {
  code: ErrorCode;
  message: string;
}

/** The only error that reaches a page, a socket or a REST caller; `cause` stays inside. */
export class CvError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CvError';
    this.code = code;
  }

  toJSON(): WireError {
    return { code: this.code, message: this.message };
  }
}
