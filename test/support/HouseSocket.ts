import type { EventName, EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import { CvError } from '#protocol/errors.ts';
import type { TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Caller } from '#signaling/gateway/Caller.ts';
import type { Dispatch } from '#signaling/gateway/dispatch.ts';

/** A page's side of a House: what it was told, and what it may ask. */
export class HouseSocket<C extends Caller = Caller> {
  readonly id: string;
  readonly caller: C;
  /** As the page calls itself. */
  readonly tab: TabId;
  /** What it follows. */
  readonly rooms = new Set<string>();
  readonly heard: { event: EventName; payload: unknown }[] = [];
  /** Page frames that it was sent. */
  readonly frames: Uint8Array[] = [];
  /** The server ended it. */
  ended = false;
  readonly #dispatch: Dispatch;
  readonly #leave: (socket: HouseSocket) => void;

  constructor(caller: C, tab: TabId, dispatch: Dispatch, leave: (socket: HouseSocket) => void) {
    this.id = newId('s');
    this.caller = caller;
    this.tab = tab;
    this.#dispatch = dispatch;
    this.#leave = leave;
  }

  async request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    const answer = await this.#dispatch(this.caller, name, input);
    if ('error' in answer) throw new CvError(answer.error.code, answer.error.message);
    return answer.data as MethodOutput<M>;
  }

  /** Everything of this name, oldest first. */
  all<E extends EventName>(event: E): EventPayload<E>[] {
    return this.heard.filter((heard) => heard.event === event).map(({ payload }) => payload as EventPayload<E>);
  }

  last<E extends EventName>(event: E): EventPayload<E> {
    const payload = this.all(event).at(-1);
    if (payload === undefined) throw new Error(`${event} was not heard`);
    return payload;
  }

  /** The page closes, or its network is lost. */
  leave(): void {
    this.#leave(this);
  }
}
