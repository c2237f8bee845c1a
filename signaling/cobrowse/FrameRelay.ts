import { EventEmitter } from 'node:events';
import type { CobrowseId, TabId, VisitorId } from '#protocol/ids.ts';
import type { Caller } from '#signaling/gateway/Caller.ts';
import type { FrameOutlet } from '#signaling/gateway/FrameOutlet.ts';

/** The one page whose frames count. */
export interface Sharer {
  readonly visitorId: VisitorId;
  readonly tab: TabId;
}

/** What became of a frame that came in. */
export type FrameVerdict = 'relayed' | 'stale' | 'gap' | 'forged' | 'oversize' | 'flood';

interface FrameEvents {
  /** Somebody lacks what no cache has: the sharer is to begin anew, under the next stream’s number. */
  needsFull: [CobrowseId];
  /** A viewer was sent a whole page for the first time since it was added. */
  flowing: [CobrowseId, TabId];
}

/** Page frames from the one who shares to those who watch, unopened. */
export class FrameRelay extends EventEmitter<FrameEvents> {
  readonly #outlet: FrameOutlet;

  constructor(outlet: FrameOutlet) {
    super();
    this.#outlet = outlet;
  }

  /** Consent was given. */
  open(_session: CobrowseId): void {}

  /** Nothing of it is relayed from now on. Idempotent. */
  close(_session: CobrowseId): void {}

  /** From now on only frames of this page and stream count; what was kept is dropped. */
  record(_session: CobrowseId, _sharer: Sharer, _stream: number): void {}

  /** No frame counts until somebody records again. */
  still(_session: CobrowseId): void {}

  /** Also for a page that has come back: it is sent the whole page, out of the cache if that has it. */
  addViewer(_session: CobrowseId, _tab: TabId): void {}

  removeViewer(_session: CobrowseId, _tab: TabId): void {}

  /** This viewer could not go on with what it got: the cache once, after that a new page. */
  refresh(_session: CobrowseId, _tab: TabId): void {}

  /** Judges and relays what a page sent; false for what no honest page sends. The gateway calls it. */
  receive(_caller: Caller, _frame: Uint8Array): boolean {
    return false;
  }

  /** All frames as they are, from the next full on, which is asked for. Answers what ends it. */
  tap(_session: CobrowseId, _sink: (frame: Uint8Array) => void): () => void {
    return () => {};
  }
}
