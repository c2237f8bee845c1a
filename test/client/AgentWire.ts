import type { FrameKind } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { FakeConnection } from './FakeServer.ts';

/** An agent’s connection, with page frames beside the events. */
export class AgentWire extends FakeConnection {
  readonly #listeners: ((frame: ArrayBuffer) => void)[] = [];

  onFrame(listener: (frame: ArrayBuffer) => void): () => void {
    this.#listeners.push(listener);
    return () => {};
  }

  hearFrame(session: CobrowseId, mark: number, kind: FrameKind = 'delta', seq = mark): void {
    const frame = writeFrame({ session, stream: 1, seq, kind, deflated: false, more: false }, Uint8Array.of(mark));
    for (const listener of this.#listeners) listener(frame.buffer);
  }
}
