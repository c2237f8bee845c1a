import type { CallView } from '#protocol/calling.ts';
import { Late } from '../core/Late.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import type { VisitorCalling } from './VisitorCalling.ts';

export interface CallDoorOptions {
  identity: VisitorIdentity;
  language: string;
  onCall(call: CallView): void;
}

/** Listens for calls; what answers them loads when the first one rings or goes on, and hears of everything in order. */
export class CallDoor {
  readonly #options: CallDoorOptions;
  readonly #calling: Late<VisitorCalling>;

  constructor(options: CallDoorOptions) {
    this.#options = options;
    this.#calling = new Late(async () => new (await import('./VisitorCalling.ts')).VisitorCalling(options));
    const { identity } = options;
    const { connection } = identity;
    connection.onEvent('calling.offer', (offer) => this.#wake((calling) => calling.offered(offer)));
    connection.onEvent('calling.changed', ({ call }) => this.#tell((calling) => calling.changed(call)));
    connection.onEvent('media.lost', ({ callId }) => this.#tell((calling) => calling.mediaLost(callId)));
    connection.on('connected', () => this.#tell((calling) => calling.connected()));
    connection.on('refused', () => this.#tell((calling) => calling.lost()));
    identity.on('welcome', ({ calls }) => {
      if (calls.length > 0) this.#wake((calling) => calling.returned(calls));
      else this.#tell((calling) => calling.returned(calls));
    });
    // Whoever comes next has not consented.
    identity.on('leaving', () => this.#tell((calling) => calling.stop()));
    identity.on('changed', (person) => {
      if (person === undefined) this.#tell((calling) => calling.forgotten());
    });
  }

  #wake(act: (calling: VisitorCalling) => void): void {
    if (!this.#options.identity.leaving) this.#calling.use(act);
  }

  #tell(act: (calling: VisitorCalling) => void): void {
    this.#calling.useIfAsked(act);
  }
}
