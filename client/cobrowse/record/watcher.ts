import type { PageEvent } from './events.ts';
import type { NodeIndex } from './NodeIndex.ts';

export type Root = Document | ShadowRoot;

/** Hears an event of this type, within the root, until the recording stops. */
export type Listen = (type: string, listener: (event: Event) => void) => void;

/** What the parts of a recorder work with. */
export interface Desk {
  readonly index: NodeIndex;
  /** Something is to be told; `flush` will be called, soon. */
  ask(): void;
}

/** Looks after what shows in no node and no attribute. */
export interface Watcher {
  /** `composed` events of shadow trees come to the document as well, and are to be heard there. */
  enter(root: Root, listen: Listen): void;
  /** What is to be told since the last time. */
  flush(): PageEvent[];
  /** All that was told is void: the page is going to be told anew. */
  clear(): void;
}

/** A watcher that is told of every event that one of them may want. */
export interface RareWatcher {
  /** `target` is the innermost node. */
  hear(event: Event, target: Node, root: Root): void;
  look?(): void;
  flush(): PageEvent[];
  clear(): void;
}

/** The innermost node, open shadow trees included. */
export const targetOf = (event: Event): Node | undefined => {
  const [first] = event.composedPath();
  return first && 'nodeType' in first ? (first as Node) : undefined;
};

export const isDocument = (root: Node): root is Document => root.nodeType === 9;
