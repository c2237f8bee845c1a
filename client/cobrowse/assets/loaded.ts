export interface Loaded {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

/** It is on the server already. */
export interface Stored {
  hash: string;
  type: string;
}

export interface LoaderOptions {
  fetch: typeof fetch;
  /** Address of the session’s assets on the server, without a slash at the end. */
  base: string;
  token: () => string;
  /** Of what is begun now. */
  signal: () => AbortSignal;
}
