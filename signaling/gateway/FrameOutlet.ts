import type { TabId } from '#protocol/ids.ts';

/** How page frames reach agents’ pages, beside what Outlet tells them; each is one binary message. */
export interface FrameOutlet {
  /**
   * To those of the tabs that are connected and have no more than `most` bytes waiting; answers to which. The bytes
   * must not change afterwards.
   */
  sendFrame(tabs: Iterable<TabId>, frame: Uint8Array, most?: number): TabId[];
  /** Bytes that this page was sent and has not taken yet; Infinity if it is not connected. */
  waiting(tab: TabId): number;
}
