import type { PageEvent } from './events.ts';
import { OpenSelects } from './OpenSelects.ts';
import { Playing } from './Playing.ts';
import { Selections } from './Selections.ts';
import type { Desk, Root } from './watcher.ts';

/** A watcher that is told of every event that one of them may want. */
export interface RareWatcher {
  /** `target` is the innermost node. */
  hear(event: Event, target: Node, root: Root): void;
  look?(): void;
  flush(): PageEvent[];
  clear(): void;
}

export const rareWatchers = (desk: Desk): readonly RareWatcher[] => [
  new Playing(desk),
  new Selections(desk),
  new OpenSelects(desk),
];
