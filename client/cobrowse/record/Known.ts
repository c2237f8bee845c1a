import type { Verdict } from '../privacy/Privacy.ts';

/** A node that whoever replays the recording has, as it was told. */
export class Known {
  readonly id: number;
  readonly node: Node;
  /** In which it stands there; null for the page’s own document. */
  readonly parent: Known | null;
  readonly verdict: Verdict;
  /** The document’s number, of nodes in frames; else 0. */
  readonly rootId: number;
  /** A shadow root goes by its host’s number. */
  readonly isShadow: boolean;
  /** Nothing inside of it is told node by node. */
  leaf = false;
  /** Somebody keeps more about it. */
  special = false;
  /** It has been taken back. */
  gone = false;
  /** The shadow root or the frame’s document. */
  inner: Known | null = null;

  constructor(id: number, node: Node, parent: Known | null, verdict: Verdict, rootId: number, isShadow: boolean) {
    this.id = id;
    this.node = node;
    this.parent = parent;
    this.verdict = verdict;
    this.rootId = rootId;
    this.isShadow = isShadow;
  }
}
