import type { WidgetBoot } from '#protocol/site.ts';
import type { CV } from './page/CV.ts';
import { cvOfPage } from './page/cvOfPage.ts';

/** What the npm package loads, `/cdn/js/SITE.mjs`. The server puts the site's settings in place of the string below. */
const boot = '__COVIEW_BOOT__' as unknown as WidgetBoot;

/** The page's CV, once it can work. Packages of every version call this. */
export async function createCV(): Promise<CV> {
  const { CV, loaded } = cvOfPage(boot);
  await loaded;
  return CV;
}
