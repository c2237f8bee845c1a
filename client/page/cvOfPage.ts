import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { CV } from './CV.ts';
import { type MadeCV, makeCV } from './makeCV.ts';

/** The script and modules of any bundle find each other's by it. */
const KEPT = Symbol.for('coview');

interface Kept extends MadeCV {
  /** Of which server and site. */
  of: string;
}

/** The one CV of this page, whoever asked for it first; asking again tries again, should its main module be missing. */
export function cvOfPage(boot: WidgetBoot): { CV: CV; loaded: Promise<unknown> } {
  const page = window as { [KEPT]?: Kept };
  const of = `${boot.host}/${boot.site}`;
  page[KEPT] ??= { ...makeCV(boot), of };
  const kept = page[KEPT];
  if (kept.of !== of) {
    throw new CvError('CONFLICT', `This page has CoView of ${kept.of} already, and cannot have ${of} beside it.`);
  }
  return { CV: kept.CV, loaded: kept.load(boot) };
}
