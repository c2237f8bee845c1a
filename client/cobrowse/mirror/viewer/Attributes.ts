import type { Assets } from './Assets.ts';
import { hasPlaces } from './Assets.ts';
import { cleanCss, isSelfContained } from './cleanCss.ts';
import { getAttribute, removeAttribute, setAttribute, spaceOf, styleOf, tagOf } from './dom.ts';
import { schemeIn } from './features.ts';
import { Sprites } from './Sprites.ts';
import { type Fields, fieldsOf } from './shape.ts';
import { treatmentOf } from './treatments.ts';

/** Leads nowhere, and no browser remembers having been there. */
const NOWHERE = 'about:invalid';
const DENSITY = 'rr_density';

/** Sets what may be set, in a form that loads nothing and runs nothing. */
export class Attributes {
  readonly #assets: Assets;
  readonly #sprites = new Sprites();
  /** Which asset an attribute waits for. */
  readonly #pending = new WeakMap<Element, Map<string, number>>();
  /** Of images: how many of its pixels make one of the page. */
  readonly #densities = new WeakMap<Element, number>();

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** Null takes it away. What may not be set is as if it had never been. */
  set(element: Element, given: string, value: unknown): void {
    const name = given.toLowerCase();
    this.#pending.get(element)?.delete(name);
    const space = spaceOf(element);
    const tag = tagOf(element);
    if (name === DENSITY && tag === 'img') return this.#dense(element, Number(value));
    if (value === null || value === undefined || value === false) {
      const treatment = treatmentOf(space, tag, name, '');
      if (treatment === 'link') removeAttribute(element, 'cv-href');
      if (treatment === 'picture') this.#hide(element, given);
      else if (treatment) removeAttribute(element, given);
      return;
    }
    if (name === 'style' && typeof value === 'object') return this.#properties(element, fieldsOf(value));
    const text = value === true ? '' : String(value);
    switch (treatmentOf(space, tag, name, text)) {
      case 'plain':
        if (name === 'media') return put(element, given, this.#css(element, given, text));
        return put(element, given, tag === 'meta' ? schemeIn(text, this.#assets.features) : text);
      case 'css':
        return put(element, given, /[(\\]/.test(text) ? this.#css(element, given, text) : text);
      case 'style':
        return put(element, 'style', this.#css(element, 'style', text));
      case 'local':
        return text.startsWith('#') ? put(element, given, text) : removeAttribute(element, given);
      case 'part':
        return text.startsWith('#') ? put(element, given, text) : this.#part(element, given, text);
      case 'picture':
        return this.#picture(element, given, text);
      case 'link':
        put(element, given, NOWHERE);
        return put(element, 'cv-href', text);
      default:
        // It may have been one of another kind before.
        return;
    }
  }

  #picture(element: Element, name: string, address: string): void {
    const n = /^asset:(\d{1,9})$/.exec(address)?.[1];
    const url = n ? this.#assets.url(Number(n)) : isSelfContained(address) && !address.startsWith('#') ? address : '';
    if (url) return this.#show(element, name, url);
    this.#hide(element, name);
    if (!n || url === '') return;
    const isWanted = this.#awaits(element, name, Number(n));
    this.#assets.wait(Number(n), { element }, () => {
      if (isWanted()) this.#picture(element, name, address);
    });
  }

  /** A part of another file. */
  #part(element: Element, name: string, address: string): void {
    removeAttribute(element, name);
    const [, n, part = ''] = /^asset:(\d{1,9})(#.+)$/.exec(address) ?? [];
    if (!n) return;
    const isWanted = this.#awaits(element, name, Number(n));
    const file = this.#assets.file(Number(n));
    if (!file) return this.#assets.wait(Number(n), { element }, () => isWanted() && this.#part(element, name, address));
    void this.#sprites
      .of(file, (...given) => this.set(...given))
      .then((url) => isWanted() && put(element, name, url + part));
  }

  /** Answers whether an attribute still waits for this asset. */
  #awaits(element: Element, name: string, n: number): () => boolean {
    const pending = this.#pending.get(element) ?? new Map<string, number>();
    this.#pending.set(element, pending.set(name.toLowerCase(), n));
    return () => pending.get(name.toLowerCase()) === n;
  }

  #dense(element: Element, density: number): void {
    if (density > 0.01 && density < 100) this.#densities.set(element, density);
    else this.#densities.delete(element);
  }

  /** With an address of its own beside them, an image would choose that and not the candidate. */
  #show(element: Element, name: string, url: string): void {
    if (tagOf(element) !== 'img') return put(element, name, url);
    const density = this.#densities.get(element);
    const [shown, other] = density ? ['srcset', 'src'] : ['src', 'srcset'];
    removeAttribute(element, other);
    put(element, shown, density ? `${url.replace(/\s/g, encodeURIComponent)} ${density}x` : url);
  }

  #hide(element: Element, name: string): void {
    removeAttribute(element, name);
    if (tagOf(element) === 'img') removeAttribute(element, 'srcset');
  }

  #css(element: Element, name: string, css: string): string {
    const patch = () => {
      const now = getAttribute(element, name);
      if (!now || !hasPlaces(now)) return;
      put(element, name, this.#assets.placed(now));
    };
    return cleanCss(
      css,
      this.#assets.forCss({ element }, patch, () => {}),
    );
  }

  /** rrweb’s difference of a style attribute: `{ color: 'red', margin: ['0', 'important'], top: false }`. */
  #properties(element: Element, difference: Fields): void {
    const style = styleOf(element);
    if (!style) return;
    for (const [property, given] of Object.entries(difference)) {
      const [value, priority] = Array.isArray(given) ? given : [given, ''];
      if (typeof value !== 'string') style.removeProperty(property);
      else style.setProperty(property, this.#css(element, 'style', value), priority === 'important' ? priority : '');
    }
  }
}

function put(element: Element, name: string, value: string): void {
  try {
    setAttribute(element, name, value);
  } catch {
    // A name that no browser takes.
  }
}
