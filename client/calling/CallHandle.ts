import type { CallView, EndReason } from '#protocol/calling.ts';
import type { CallId } from '#protocol/ids.ts';
import { type SessionDriver, SessionHandle } from '../core/SessionHandle.ts';
import type { Call, CallEvents } from '../page/Call.ts';

/** What `CV.calling.startScreen` returns, at once: it rings before anything is known. */
export class CallHandle extends SessionHandle<EndReason, CallEvents, SessionDriver> implements Call {
  id: CallId | undefined;

  constructor() {
    super('call');
  }

  /** @internal */
  update({ id, state, reason }: Pick<CallView, 'id' | 'state' | 'reason'>): void {
    this.id = id;
    this.went(state, reason);
  }
}
