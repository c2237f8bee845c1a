import { Fullscreen } from './Fullscreen.ts';
import { OpenSelects } from './OpenSelects.ts';
import { Playing } from './Playing.ts';
import { Selections } from './Selections.ts';
import type { Desk, RareWatcher } from './watcher.ts';

export const rareWatchers = (desk: Desk): readonly RareWatcher[] => [
  new Playing(desk),
  new Selections(desk),
  new OpenSelects(desk),
  new Fullscreen(desk),
];
