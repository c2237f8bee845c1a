import { rootElementOf } from '../privacy/reads.ts';
import { documentIn } from './dom.ts';
import { mutation, noChanges, type PageEvent } from './events.ts';
import type { Known } from './Known.ts';
import type { NodeIndex } from './NodeIndex.ts';
import type { Tree } from './Tree.ts';

/** Frames of the page that show documents of its own origin: those are told as parts of it. */
export class Frames {
  readonly #index: NodeIndex;
  readonly #tree: Tree;
  readonly #due = new Set<Known>();

  constructor(index: NodeIndex, tree: Tree) {
    this.#index = index;
    this.#tree = tree;
  }

  get isSettled(): boolean {
    return this.#due.size === 0;
  }

  /** A frame was told, or has loaded something. */
  look(frame: Known): void {
    this.#due.add(frame);
  }

  clear(): void {
    this.#due.clear();
  }

  /** Tells the documents of frames; those that go on in the tree first let it come to an end. */
  flush(isOver: () => boolean): PageEvent[] {
    const events: PageEvent[] = [];
    for (const frame of this.#due) {
      if (!this.#tree.isSettled || isOver()) break;
      this.#due.delete(frame);
      const event = this.#attach(frame, isOver);
      if (event) events.push(event);
    }
    return events;
  }

  #attach(frame: Known, isOver: () => boolean): PageEvent | undefined {
    const document = frame.gone || frame.verdict.blocked ? null : documentIn(frame.node as Element);
    if (frame.inner && frame.inner.node !== document) this.#tree.dropDocument(frame.inner);
    if (!document || !rootElementOf(document) || frame.inner) return undefined;
    const changes = noChanges();
    const node = this.#tree.document(this.#index.addDocument(document, frame), isOver);
    changes.adds.push({ parentId: frame.id, nextId: null, node });
    return mutation(changes, true);
  }
}
