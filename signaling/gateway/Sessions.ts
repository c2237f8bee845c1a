import type { EventName, EventPayload } from '#protocol/api.ts';
import type { Handshake } from '#protocol/identity.ts';
import type { Caller } from './Caller.ts';

export type Welcome = { [E in EventName]: { event: E; payload: EventPayload<E> } }[EventName];

/** What the gateway asks of the house when sockets come and go. */
export interface Sessions<S = unknown> {
  /** Settles who a socket is; rejects with CvError what may not connect. */
  admit(handshake: Handshake): Promise<{ caller: Caller; session: S }>;
  /** The socket stands; answers with its first event. */
  connected(caller: Caller, session: S, socketId: string): Welcome;
  disconnected(caller: Caller, socketId: string): void;
}
