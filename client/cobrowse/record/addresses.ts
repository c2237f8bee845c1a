import type { AssetBook } from '../assets/AssetBook.ts';
import { baseOf } from '../privacy/reads.ts';
import { attributeOf, isSvg, nameOf } from './dom.ts';

/** What the recorder needs of an AssetBook. */
export type PageAssets = Pick<AssetBook, 'of' | 'css' | 'styleOf'>;

/** Left out whatever the rules say: told in another form, or of no use to who only watches. */
const untold = new Set(['srcset', 'sizes', 'srcdoc', 'nonce', 'integrity', 'ping', 'loading', 'autofocus', 'autoplay']);
const addressed = new Set(['src', 'poster', 'background', 'href', 'xlink:href', 'data', 'action', 'formaction']);
const withPicture: Readonly<Record<string, string>> = { input: 'src', video: 'poster' };

export const isUntold = (name: string): boolean => untold.has(name) || (name[0] === 'o' && name[1] === 'n');

/** An attribute’s value with addresses of pictures replaced; null for an address that nothing is shown of. */
export function withAssets(element: Element, name: string, value: string, assets: PageAssets): string | null {
  // A class may be called like one, and is no address.
  if (!addressed.has(name)) return name !== 'class' && hasAddress(value) ? assets.css(value, baseOf(element)) : value;
  const tag = nameOf(element);
  if (tag === 'a' || tag === 'area') return name === 'href' ? value : null;
  if (value.startsWith('#')) return value;
  if (isSvg(element)) return svgAddress(element, value, assets);
  const isPicture = withPicture[tag] === name || name === 'background';
  return isPicture ? assets.of(value, 'image', baseOf(element)) || null : null;
}

/** Of the candidates of an `img` the one that the browser chose. */
export function pictureOf(img: HTMLImageElement, assets: PageAssets): string {
  const address = img.currentSrc || attributeOf(img, 'src');
  return address ? assets.of(address, 'image', baseOf(img)) : '';
}

/** A part of another file keeps its name. */
function svgAddress(element: Element, value: string, assets: PageAssets): string | null {
  const [file = '', part] = value.split('#', 2);
  const asset = assets.of(file, 'image', baseOf(element));
  return asset && (part === undefined || asset.startsWith('data:') ? asset : `${asset}#${part}`);
}

/** Any attribute may be read by a style; those that hold an address within the page only are left as they are. */
const hasAddress = (value: string): boolean => value.length > 5 && /url\((?!\s*["']?#)|image-set\(/i.test(value);
