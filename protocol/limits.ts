/** Largest request over a socket, in characters of JSON; a larger one is answered PAYLOAD_TOO_LARGE. */
export const MAX_REQUEST_CHARS = 64 * 1024;

/** How deeply arrays and objects of a request may be nested. */
export const MAX_DEPTH = 32;

/** Largest frame the server reads at all, in bytes; a larger one ends that socket. */
export const MAX_FRAME_BYTES = 2 * 1024 * 1024;

/** How long a visitor is rung, in milliseconds. */
export const RING_MS = 30_000;

/** Longest text of a message, in characters. */
export const MAX_MESSAGE_CHARS = 10_000;

/** How long somebody counts as typing after they last said so, in milliseconds. */
export const TYPING_MS = 6_000;
