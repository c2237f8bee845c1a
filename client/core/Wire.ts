import type { Connection } from './Connection.ts';

/** What the parts of a page need of their connection. */
export type Wire = Pick<Connection, 'connected' | 'request' | 'insist' | 'onEvent' | 'on'>;
