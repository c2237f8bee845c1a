import { signal } from '@preact/signals';
import type { Call } from '../../page/Call.ts';
import type { CV } from '../../page/CV.ts';

/** The one call of this desk. */
export class CallStore {
  readonly call = signal<Call | undefined>(undefined);
  /** Ringing, connecting or active. */
  readonly busy = signal(false);
  readonly #cv: CV;

  constructor(cv: CV) {
    this.#cv = cv;
    cv.on('call', (detail) => {
      if ('attach' in detail) this.#show(detail);
    });
  }

  startScreen(visitorId: string): void {
    if (!this.busy.value) this.#show(this.#cv.calling.startScreen(visitorId));
  }

  /** The panel of a call that is over was closed. */
  gone(): void {
    this.call.value = undefined;
  }

  #show(call: Call): void {
    this.call.value = call;
    this.busy.value = call.state !== 'ended';
    call.on('state', (state) => {
      if (this.call.value === call) this.busy.value = state !== 'ended';
    });
  }
}
