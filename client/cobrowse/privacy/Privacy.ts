import { publicAddress } from '#protocol/addresses.ts';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import { rewriteCss } from '../assets/rewriteCss.ts';
import { attributeOf, documentOf, isElement, isHtml, isSvg, nameOf, parentOf } from '../record/dom.ts';
import { wholeTypes } from '../wholeTypes.ts';
import { careOf, lookingMetas, strokes } from './attributes.ts';
import { becomesField, fieldAttributes, holdsSecret, type Kind, kindOfName, paysInFrame } from './fields.ts';
import { masked, maskedCss } from './masking.ts';
import { designModeOf, doesMatch, slotOf, viewOf } from './reads.ts';
import { StyleReaders } from './StyleReaders.ts';
import { allUnderstood, anyOf, attributesIn, looksAround, looksUp } from './selectors.ts';
import { stricter, type Verdict, verdicts } from './verdicts.ts';

export type { Verdict } from './verdicts.ts';

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const checkable = new Set(['checkbox', 'radio']);
/** Inputs whose value is no text, nor one that is told as a single `*`, which would be as wrong as any. */
const unwritten = new Set('hidden file range image checkbox radio'.split(' '));

/**
 * Decides for every node what may leave the visitor’s browser, and in which form; docs/COBROWSE-PRIVACY.md lists every
 * place. A verdict is that of the parent made stricter, or opened by a rule: nothing has to be looked up twice.
 */
export class Privacy {
  /** Of a document’s own node. */
  readonly root: Verdict;
  /** Whether a verdict may change by what happens to other elements than the one and those it stands in. */
  readonly looksAround: boolean;
  readonly #block: string | undefined;
  readonly #mask: string | undefined;
  readonly #unmask: string | undefined;
  readonly #kinds = new Map<string, Kind>();
  readonly #watched: ReadonlySet<string>;
  /** Attributes that count for other elements, too. */
  readonly #far: ReadonlySet<string>;
  /** Fields that were one for a password at any time, and what those are called: a page may show one, or put another in its place. */
  static readonly #secrets = new WeakSet<Element>();
  static readonly #secretNames = new Set<string>();
  readonly #styles = new StyleReaders();

  constructor({ maskAll, mask, unmask, block }: CobrowsePrivacy) {
    // A rule that hides and is not understood might have meant anything.
    const sound = allUnderstood(mask) && allUnderstood(block);
    this.root = !sound ? verdicts.masked : maskAll ? verdicts.all : verdicts.plain;
    this.#block = anyOf(block);
    this.#mask = anyOf(mask);
    this.#unmask = anyOf(unmask);
    const rules = [...block, ...mask, ...unmask];
    this.looksAround = rules.some(looksAround);
    this.#watched = new Set([...fieldAttributes, ...rules.flatMap(attributesIn)]);
    this.#far = new Set(rules.filter((rule) => looksUp(rule) || looksAround(rule)).flatMap(attributesIn));
  }

  /** `parent` is the verdict of the element, shadow host, frame or document that it stands in. */
  of(element: Element, parent: Verdict): Verdict {
    if (parent.blocked || parent.mute) return parent;
    const slot = slotOf(element);
    const above = slot ? stricter(parent, this.#inSlot(slot, parent)) : parent;
    const kind = this.#kindOf(element);
    if (kind === 'gone' || (this.#block && doesMatch(element, this.#block))) return verdicts.blocked;
    if (kind === 'mute') return verdicts.mute;
    if (kind === 'frame' && paysInFrame(element)) return verdicts.payment;
    const field = kind === 'field' || becomesField(element) || isDesigned(element);
    if (field && this.#isSecret(element)) return verdicts.forced;
    if (above.final) return above;
    if (this.#mask && doesMatch(element, this.#mask)) return verdicts.masked;
    if (this.#unmask && doesMatch(element, this.#unmask)) return verdicts.shown;
    return field && !above.shown ? verdicts.field : above;
  }

  /** The same for an element that comes without its parent’s. */
  judge(element: Element): Verdict {
    const parent = parentOf(element);
    if (!parent) return this.of(element, this.root);
    if (isElement(parent)) return this.of(element, this.judge(parent));
    if ('host' in parent) return this.of(element, this.judge(parent.host as Element));
    const frame =
      parent instanceof Document || 'defaultView' in parent ? viewOf(parent as Document)?.frameElement : null;
    return this.of(element, frame ? this.judge(frame) : this.root);
  }

  /** Text of a node; `node` itself where it may be in a slot. */
  text(text: string, verdict: Verdict, node?: Text): string {
    const slot = node?.assignedSlot;
    const { mute, masked: hidden } = slot ? stricter(verdict, this.#inSlot(slot, verdict)) : verdict;
    return mute ? '' : hidden ? masked(text) : text;
  }

  /** Text of a style sheet, in or out of an attribute. */
  css(text: string, verdict: Verdict): string {
    return verdict.masked && /content|quotes|--/i.test(text) ? maskedCss(text) : text;
  }

  /** As it may leave the browser; null leaves it out. Addresses that are left are still to be replaced. */
  attribute(element: Element, name: string, value: string, verdict: Verdict): string | null {
    const key = name.toLowerCase();
    if (verdict.mute && !(verdict.blocked && (key === 'class' || key === 'id'))) return null;
    const svg = isSvg(element);
    switch (careOf(key, svg)) {
      case 'keep':
        if (svg && strokes.has(key) && !verdict.pictures) return null;
        return this.#look(element, key, value, verdict);
      case 'text':
        return this.text(value, verdict);
      case 'link':
        return this.#link(element, value, svg, verdict);
      case 'picture':
        return showsPicture(element, key, verdict) ? value : null;
      case 'state':
        return this.#state(element, key, value, verdict);
      case 'never':
        return null;
      case 'ask':
        return lookingMetas.has(attributeOf(element, 'name')?.toLowerCase() ?? '') ? value : null;
      case undefined:
        // Where a component shows what stands in it.
        if (key === 'name' && (nameOf(element) === 'slot' || lookingMetas.has(value.toLowerCase()))) return value;
        if (/^(text|[av]?link)$/.test(key) && nameOf(element) === 'body') return value;
        return this.#unknown(element, key, value, verdict);
    }
  }

  /** What a field holds now. */
  value(element: Field, verdict: Verdict): { text: string; isChecked: boolean; isMixed: boolean } {
    const nothing = verdict.blocked || verdict.mute || element.type === 'hidden' || element.type === 'file';
    if (nothing) return { text: '', isChecked: false, isMixed: false };
    if (!verdict.masked && !this.#isSecret(element)) {
      const { checked, indeterminate } = element as HTMLInputElement;
      const ticks = checkable.has(element.type);
      return { text: element.value, isChecked: ticks && checked, isMixed: ticks && indeterminate };
    }
    const writes = nameOf(element) !== 'select' && !unwritten.has(element.type);
    const text = wholeTypes.has(element.type) && element.value ? '*' : element.value;
    return { text: writes ? masked(text) : '', isChecked: false, isMixed: false };
  }

  /** Whether a change of this attribute may change the verdict of its element. */
  mayChange(attribute: string): boolean {
    return this.#watched.has(attribute.toLowerCase());
  }

  /** Whether it may change those of others, where its own stays the same. */
  mayChangeOthers(attribute: string): boolean {
    return this.#far.has(attribute.toLowerCase());
  }

  /** Whether it is a field that nobody but the visitor may enter anything in. */
  guards(element: Element, verdict: Verdict): boolean {
    return this.#isField(element) && (verdict.masked || this.#isSecret(element));
  }

  #isField(element: Element): boolean {
    return this.#kindOf(element) === 'field' || becomesField(element) || isDesigned(element);
  }

  #kindOf(element: Element): Kind {
    const name = nameOf(element);
    const known = this.#kinds.get(name);
    if (known && isHtml(element)) return known;
    const kind = kindOfName(element);
    if (kind && isHtml(element)) this.#kinds.set(name, kind);
    return kind ?? 'plain';
  }

  /** Remembered for good: what was a password stays one. */
  #isSecret(field: Element): boolean {
    if (Privacy.#secrets.has(field)) return true;
    const names = [attributeOf(field, 'name'), attributeOf(field, 'id')].flatMap((name) => name || []);
    const secret = holdsSecret(field) || names.some((name) => Privacy.#secretNames.has(name));
    if (secret) Privacy.#secrets.add(field);
    if (attributeOf(field, 'type')?.toLowerCase() === 'password')
      for (const name of names) Privacy.#secretNames.add(name);
    return secret;
  }

  /** A slot shows what stands elsewhere; what hides the slot hides that too. `host` is the verdict around it all. */
  #inSlot(slot: Element, host: Verdict): Verdict {
    const within: Element[] = [];
    for (let one: Element | null = slot; one; one = one.parentElement) within.unshift(one);
    return within.reduce((verdict, element) => this.of(element, verdict), host);
  }

  /** Pictures that an element has by a style of its own are its content as much as those it has by an address. */
  #look(element: Element, key: string, value: string, verdict: Verdict): string {
    const text = key === 'style' ? this.css(value, verdict) : value;
    return showsPicture(element, key, verdict) ? text : rewriteCss(text, () => '');
  }

  #link(element: Element, value: string, svg: boolean, verdict: Verdict): string | null {
    const name = nameOf(element);
    if (name === 'a' || name === 'area') return verdict.masked ? '#' : publicAddress(value);
    if (svg) return value.startsWith('#') || showsPicture(element, 'href', verdict) ? value : null;
    return name === 'link' && /\bstylesheet\b/i.test(attributeOf(element, 'rel') ?? '') ? value : null;
  }

  #state(element: Element, key: string, value: string, verdict: Verdict): string | null {
    if (this.#kindOf(element) !== 'field') {
      // The state of what only looks like a field is as private as a field’s.
      if (key === 'aria-checked' ? !verdict.shown : verdict.masked) return null;
      if (key.startsWith('aria-') || /^(li|progress|meter)$/.test(nameOf(element))) return value;
      return key === 'value' ? null : this.#unknown(element, key, value, verdict);
    }
    const isValue = key === 'value' && /^(input|textarea|select)$/.test(nameOf(element));
    if (isValue && nameOf(element) === 'input') return this.value(element as HTMLInputElement, verdict).text || null;
    return verdict.masked || isValue ? null : value;
  }

  #unknown(element: Element, key: string, value: string, verdict: Verdict): string {
    if (value === '' || this.#styles.compares(element, key, value)) return value;
    if (this.#styles.writes(element, key)) return this.text(value, verdict);
    return !verdict.masked && this.#styles.comparesPart(element, key) ? value : '';
  }
}

/** Everything in a document may be editable at once. */
function isDesigned(element: Element): boolean {
  const page = nameOf(element) === 'html' ? documentOf(element) : null;
  return page !== null && designModeOf(page) === 'on';
}

/** What plays, and a frame, is shown as a box of its size; what is in a frame is a document of its own. */
function showsPicture(element: Element, key: string, verdict: Verdict): boolean {
  const name = nameOf(element);
  if (key === 'src' && name !== 'img' && name !== 'input') return false;
  return verdict.pictures || (name === 'input' && !verdict.final);
}
