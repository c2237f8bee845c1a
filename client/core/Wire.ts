import type { Connection } from './Connection.ts';

/** What the parts of a page need of their connection. */
export type Wire = Pick<Connection, 'connected' | 'request' | 'insist' | 'onEvent' | 'on'>;

/** And what those that carry page frames need. */
export type FrameWire = Wire & Pick<Connection, 'waiting' | 'sendFrame' | 'onFrame'>;
