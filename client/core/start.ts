import type { WidgetBoot } from '#protocol/site.ts';
import type { Tell } from '../page/CvEvents.ts';
import { Core } from './Core.ts';

/** The main module's one export, which the first script calls. */
export const start = (boot: WidgetBoot, tell: Tell): Core => new Core(boot, tell);
