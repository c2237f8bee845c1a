import type { attributes as Attributes } from '@rrweb/types';
import type { Privacy, Verdict } from '../privacy/Privacy.ts';
import { doesMatch } from '../privacy/reads.ts';
import { isUntold, type PageAssets, pictureOf, withAssets } from './addresses.ts';
import { densityOf } from './densityOf.ts';
import {
  attributeNamesOf,
  attributeOf,
  dataOf,
  isDoctype,
  isElement,
  isSvg,
  isText,
  nameOf,
  shadowOf,
  textOf,
} from './dom.ts';
import { NodeKind, type PageNode } from './events.ts';
import type { Known } from './Known.ts';
import { changed, isLossy, rulesOf, styleTextOf } from './sheetText.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
type Extra = (attributes: Attributes, element: Element, verdict: Verdict) => void;

/** What is not told node by node: it has no children, or they are told in one attribute. */
const leaves = new Set([
  'style',
  'textarea',
  'script',
  'noscript',
  'template',
  'iframe',
  'frame',
  'canvas',
  'video',
  'audio',
]);
/** About these somebody keeps more. */
const special = new Set(['input', 'textarea', 'select', 'iframe', 'frame', 'canvas']);
/** Attributes that are told by what they have made of the element. */
const made: Readonly<Record<string, readonly string[]>> = {
  img: ['src'],
  input: ['value', 'checked'],
  textarea: ['value'],
  select: ['value'],
  link: ['rel', 'href'],
};

/** Without any text a link would stay a link. */
const EMPTY = '\n';

/** Not an attribute: that a popover is open shows in none. */
const POPOVER = 'rr_popover';
/** Nor is what a browser makes of an image’s candidates. */
const DENSITY = 'rr_density';

/** Puts a node into the recording’s words: as far as it may be seen, and without an address of anything. */
export class Describer {
  readonly #privacy: Privacy;
  readonly #assets: PageAssets;
  readonly #extras: ReadonlyMap<string, Extra>;
  readonly #pictures = new WeakMap<HTMLImageElement, string>();
  /** Hears that all rules of a sheet are told, as they are now. */
  onSheet: (sheet: CSSStyleSheet) => void = () => {};
  /** Hears of a style without a sheet: the browser may be in the middle of reading it, or has no use for it. */
  onNoSheet: (style: HTMLStyleElement) => void = () => {};

  constructor(privacy: Privacy, assets: PageAssets) {
    this.#privacy = privacy;
    this.#assets = assets;
    this.#extras = new Map<string, Extra>([
      ['img', (to, element, verdict) => this.#picture(to, element as HTMLImageElement, verdict)],
      ['input', (to, element, verdict) => this.#field(to, element as Field, verdict)],
      ['textarea', (to, element, verdict) => this.#field(to, element as Field, verdict)],
      ['select', (to, element, verdict) => this.#field(to, element as Field, verdict)],
      ['option', (to, element, verdict) => this.#option(to, element as HTMLOptionElement, verdict)],
      ['style', (to, element, verdict) => this.#style(to, element as HTMLStyleElement, verdict)],
      ['link', (to, element, verdict) => this.#link(to, element as HTMLLinkElement, verdict)],
      ['video', (to, element) => playing(to, element as HTMLMediaElement)],
      ['audio', (to, element) => playing(to, element as HTMLMediaElement)],
      ['dialog', (to, element) => opened(to, element as HTMLDialogElement)],
    ]);
  }

  /** Says also, in `known`, how its inside is told. */
  node(known: Known): PageNode {
    const { node, id, rootId, parent } = known;
    const told = this.#bare(known) as PageNode;
    told.id = id;
    if (rootId !== 0 && rootId !== id) told.rootId = rootId;
    if (parent?.isShadow) told.isShadow = true;
    if (told.type === NodeKind.document) known.special = true;
    else if (isElement(node) && shadowOf(node) && !known.leaf) told.isShadowHost = true;
    return told;
  }

  #bare(known: Known): object {
    const { node, verdict } = known;
    if (isElement(node)) return this.#element(node, known);
    if (isText(node)) return { type: NodeKind.text, textContent: this.text(node, known) };
    if (isDoctype(node)) {
      const { name, publicId, systemId } = node;
      return { type: NodeKind.doctype, name, publicId, systemId };
    }
    known.leaf = verdict.blocked;
    return { type: NodeKind.document, childNodes: [], compatMode: (node as Document).compatMode };
  }

  text(node: CharacterData, { verdict, parent }: Known): string {
    const data = dataOf(node);
    // Only what stands right in a shadow’s host may hang in a slot.
    return this.#privacy.text(data, verdict, parent?.inner ? (node as Text) : undefined);
  }

  #element(element: Element, known: Known): object {
    const { verdict } = known;
    const tagName = nameOf(element);
    known.leaf = verdict.blocked || leaves.has(tagName);
    known.special = !verdict.blocked && special.has(tagName);
    const attributes: Attributes = {};
    for (const name of attributeNamesOf(element)) {
      const value = this.#attribute(element, tagName, name, verdict);
      if (value !== null) attributes[name] = value;
    }
    const told = { type: NodeKind.element, tagName, attributes, childNodes: [] };
    if (verdict.blocked)
      return Object.assign(told, { needBlock: true, attributes: { ...attributes, ...sizeOf(element) } });
    this.#extras.get(tagName)?.(attributes, element, verdict);
    if ('popover' in attributes && isPoppedUp(element)) attributes[POPOVER] = 'open';
    if (isSvg(element)) return Object.assign(told, { isSVG: true });
    return tagName.includes('-') && customElementsOf(element)?.get(tagName)
      ? Object.assign(told, { isCustom: true })
      : told;
  }

  #attribute(element: Element, tagName: string, name: string, verdict: Verdict): string | null {
    if (isUntold(name) || made[tagName]?.includes(name)) return null;
    const value = this.#privacy.attribute(element, name, attributeOf(element, name) ?? '', verdict);
    return value && withAssets(element, name, value, this.#assets);
  }

  /** What has become of attributes that changed; null for what is not there, or not to be seen. */
  attributes(element: Element, names: Iterable<string>, { verdict }: Known): Record<string, string | null> {
    const tagName = nameOf(element);
    const told: Attributes = {};
    const extra = this.#extras.get(tagName);
    for (const name of names) {
      if (isUntold(name) || made[tagName]?.includes(name)) continue;
      if (name === POPOVER) told[name] = isPoppedUp(element) ? 'open' : null;
      else told[name] = attributeOf(element, name) === null ? null : this.#attribute(element, tagName, name, verdict);
    }
    const asks = { img: /^(src|srcset|sizes)$/, dialog: /^open$/ }[tagName];
    if (asks && extra && [...names].some((name) => asks.test(name))) {
      if (tagName === 'img') told[DENSITY] = null;
      extra(told, element, verdict);
    }
    return told as Record<string, string | null>;
  }

  /** A style sheet of the page, as it is now. */
  style(element: Element, { verdict }: Known): Record<string, string | null> {
    const told: Attributes = {};
    if (!verdict.blocked) this.#extras.get(nameOf(element))?.(told, element, verdict);
    return told as Record<string, string | null>;
  }

  css(text: string, base: string, verdict = this.#privacy.root): string {
    return this.#privacy.css(this.#assets.css(text, base), verdict);
  }

  #picture(to: Attributes, img: HTMLImageElement, verdict: Verdict): void {
    if (this.#privacy.attribute(img, 'src', img.currentSrc || 'src', verdict) === null) return;
    const address = pictureOf(img, this.#assets);
    const density = densityOf(img);
    if (density !== 1) to[DENSITY] = density;
    if (address) to['src'] = address;
    this.#pictures.set(img, `${density} ${img.currentSrc}`);
  }

  /** Whether the browser shows the candidate that was told. */
  hasTold(img: HTMLImageElement): boolean {
    return this.#pictures.get(img) === `${densityOf(img)} ${img.currentSrc}`;
  }

  #field(to: Attributes, field: Field, verdict: Verdict): void {
    const { text, isChecked, isMixed } = this.#privacy.value(field, verdict);
    if (text !== '') to['value'] = text;
    if (isChecked) to['checked'] = true;
    if (isMixed) to['rr_mixed'] = true;
  }

  #option(to: Attributes, option: HTMLOptionElement, verdict: Verdict): void {
    delete to['selected'];
    if (option.selected && this.#privacy.attribute(option, 'selected', 'selected', verdict) !== null)
      to['selected'] = true;
  }

  #style(to: Attributes, style: HTMLStyleElement, verdict: Verdict): void {
    if (style.sheet) this.onSheet(style.sheet);
    else this.onNoSheet(style);
    to['_cssText'] = style.sheet?.disabled ? '' : this.css(styleTextOf(style, textOf(style)), style.baseURI, verdict);
  }

  #link(to: Attributes, link: HTMLLinkElement, verdict: Verdict): void {
    const { sheet } = link;
    // What has not been loaded yet is told when it is.
    if (!sheet || link.disabled || !/\bstylesheet\b/i.test(link.rel)) return;
    this.onSheet(sheet);
    const text = sheet.disabled ? '' : rulesOf(sheet);
    if (text !== undefined) to['_cssText'] = this.css(text, sheet.href ?? link.baseURI, verdict) || EMPTY;
    if (text === undefined || (isLossy(text) && !changed.has(sheet) && !verdict.masked))
      Object.assign(to, { rel: 'stylesheet', href: this.#assets.styleOf(link.href) });
  }
}

const customElementsOf = (element: Element) => element.ownerDocument.defaultView?.customElements;

/** Older browsers have no popovers, and do not know the selector. */
function isPoppedUp(element: Element): boolean {
  return 'popover' in element && doesMatch(element, ':popover-open');
}

function sizeOf(element: Element): Attributes {
  const { width, height } = element.getBoundingClientRect();
  return { rr_width: `${width}px`, rr_height: `${height}px` };
}

function playing(to: Attributes, media: HTMLMediaElement): void {
  to['rr_mediaState'] = media.paused ? 'paused' : 'played';
  to['rr_mediaCurrentTime'] = media.currentTime;
  to['rr_mediaPlaybackRate'] = media.playbackRate;
  to['rr_mediaMuted'] = media.muted as never;
  to['rr_mediaLoop'] = media.loop as never;
  to['rr_mediaVolume'] = media.volume;
}

function opened(to: Attributes, dialog: HTMLDialogElement): void {
  if (dialog.open) to['rr_open_mode'] = dialog.matches(':modal') ? 'modal' : 'non-modal';
}
