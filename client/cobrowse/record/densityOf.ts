import { resolved } from '../assets/resolved.ts';
import { baseOf } from '../privacy/reads.ts';
import { attributeOf, isElement, nameOf, parentOf } from './dom.ts';

const CANDIDATE = /([^\s,]\S*[^\s,])(?:\s+([\d.]+)([xw]))?\s*(?:,|$)/g;

/**
 * How many pixels of its file an image has for one of the page, as its candidates say: that makes it as large as it is
 * where the page sets no size. 1 where they say nothing, or before it is loaded.
 */
export function densityOf(img: HTMLImageElement): number {
  const addressOf = (url: string) => resolved(url, baseOf(img));
  const current = addressOf(img.currentSrc);
  for (const set of candidatesOf(img)) {
    for (const [, url = '', number, unit] of set.matchAll(CANDIDATE)) {
      if (!number || !current || addressOf(url) !== current) continue;
      const density = unit === 'x' ? Number(number) : Number(number) / img.naturalWidth;
      return density > 0 && Number.isFinite(density) ? density : 1;
    }
  }
  return 1;
}

function candidatesOf(img: HTMLImageElement): string[] {
  const parent = parentOf(img);
  const isPicture = parent && isElement(parent) && nameOf(parent) === 'picture';
  const all: Element[] = isPicture ? [...parent.children, img] : [img];
  return all.flatMap((one) => attributeOf(one, 'srcset') ?? []);
}
