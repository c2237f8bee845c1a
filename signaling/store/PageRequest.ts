export interface PageRequest {
  /** 1 to 200. */
  limit: number;
  /** An opaque `nextCursor` of an earlier page; a malformed one rejects with INVALID_INPUT. */
  cursor?: string | undefined;
}
