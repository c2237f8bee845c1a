import type { Privacy } from '../privacy/Privacy.ts';
import { holdsSlot, rootOf } from '../privacy/reads.ts';
import type { Describer } from './Describer.ts';
import { firstChildOf, isElement, isText, nameOf, nextSiblingOf, parentOf } from './dom.ts';
import type { Changes } from './events.ts';
import type { Known } from './Known.ts';
import type { NodeIndex } from './NodeIndex.ts';
import type { Tree } from './Tree.ts';

/** Verdicts are looked at for so long at one go, and so long until it is done in one, in milliseconds. */
const SLICE_MS = 10;
const LONGEST_MS = 1000;

/** What the browser says has changed, as names of what to look at: only what it has come to is told. */
export class Mutations {
  readonly #index: NodeIndex;
  readonly #tree: Tree;
  readonly #privacy: Privacy;
  readonly #describer: Describer;
  readonly #texts = new Set<CharacterData>();
  readonly #attributes = new Map<Element, Set<string>>();
  readonly #styles = new Set<Element>();
  /** Elements whose verdict may be another now; of some, with those within. */
  readonly #doubtful = new Map<Element, boolean>();
  #isAllDoubtful = false;
  /** When it was begun to look at verdicts, while that goes on. */
  #since: number | undefined;
  /** Hosts of shadow trees some slot of which is stricter than they are, or was. */
  readonly #hiding = new WeakSet<Element>();
  /** Custom elements that have got their class. */
  readonly #defined = new Set<string>();

  constructor(index: NodeIndex, tree: Tree, privacy: Privacy, describer: Describer) {
    this.#index = index;
    this.#tree = tree;
    this.#privacy = privacy;
    this.#describer = describer;
  }

  /** Whether all verdicts are as of the last turn. */
  get isJudged(): boolean {
    return this.#since === undefined;
  }

  get size(): number {
    return this.#texts.size + this.#attributes.size;
  }

  read(records: readonly MutationRecord[]): void {
    for (const record of records) {
      const { target, type } = record;
      const known = this.#index.get(target);
      if (type === 'characterData') this.#text(target as CharacterData, known);
      else if (!known) continue;
      else if (type === 'attributes') {
        const prefix = record.attributeNamespace?.endsWith('xlink') ? 'xlink:' : '';
        this.attribute(target as Element, prefix + record.attributeName);
      } else this.#children(record, known);
    }
  }

  attribute(element: Element, name: string): void {
    if (nameOf(element) === 'link') return this.style(element);
    const names = this.#attributes.get(element);
    if (names) names.add(name);
    else this.#attributes.set(element, new Set([name]));
    if (!this.#privacy.mayChange(name)) return;
    const isFar = this.#privacy.mayChangeOthers(name);
    if (isFar && this.#privacy.looksAround) this.#isAllDoubtful = true;
    else this.#doubt(element, isFar);
  }

  /** A style sheet is another than was told. */
  style(element: Element): void {
    // A link whose sheet is told is a style element to whoever replays.
    if (nameOf(element) === 'link') this.#tree.moved.add(element);
    else this.#styles.add(element);
  }

  define(name: string): void {
    this.#defined.add(name);
  }

  /** Something else hangs in a slot now, or the slot stands elsewhere. */
  slotted(slot: Element): void {
    const root = rootOf(slot);
    const host = 'host' in root ? this.#index.get(root.host as Element) : undefined;
    if (!host) return;
    const node = host.node as Element;
    if (this.#privacy.judge(slot) !== host.verdict) this.#hiding.add(node);
    if (this.#hiding.has(node)) this.#doubtHung(node);
  }

  /** What must be told otherwise by now is told anew. Before all of that is known, nothing may be told. */
  judge(root: Known | undefined): boolean {
    if (this.#defined.size > 0) {
      for (const { node } of this.#index.values()) {
        if (isElement(node) && this.#defined.has(nameOf(node))) this.#doubt(node, true);
      }
    }
    if (this.#isAllDoubtful && root) this.#tree.doubts.push(root);
    else {
      // What is added on the way is looked at as well.
      for (const [element, isFar] of this.#doubtful) {
        const known = this.#index.get(element);
        if (!known?.parent) continue;
        if (isFar) this.#tree.doubts.push(known);
        else this.#tree.check(known);
        // What hangs in a slot stands elsewhere, yet goes by what is around the slot, too.
        const host = hostAround(known.parent);
        if (host && (nameOf(element) === 'slot' || holdsSlot(element))) this.#doubtHung(host);
      }
    }
    this.#undoubt();
    const now = performance.now();
    this.#since ??= now;
    const until = now - this.#since < LONGEST_MS ? now + SLICE_MS : Number.POSITIVE_INFINITY;
    const isDone = this.#tree.recheck(() => performance.now() > until);
    if (isDone) this.#since = undefined;
    return isDone;
  }

  tell(changes: Changes): void {
    for (const node of this.#texts) {
      const known = this.#index.get(node);
      if (known) changes.texts.push({ id: known.id, value: this.#describer.text(node, known) });
    }
    for (const [element, names] of this.#attributes) {
      const known = this.#index.get(element);
      if (!known) continue;
      const attributes = this.#describer.attributes(element, names, known);
      if (Object.keys(attributes).length > 0) changes.attributes.push({ id: known.id, attributes });
    }
    for (const element of this.#styles) {
      const known = this.#index.get(element);
      if (known) changes.attributes.push({ id: known.id, attributes: this.#describer.style(element, known) });
    }
    this.#forget();
  }

  clear(): void {
    this.#forget();
    this.#undoubt();
    this.#since = undefined;
  }

  #doubt(element: Element, isFar: boolean): void {
    this.#doubtful.set(element, isFar || this.#doubtful.get(element) === true);
  }

  #undoubt(): void {
    this.#doubtful.clear();
    this.#defined.clear();
    this.#isAllDoubtful = false;
  }

  #forget(): void {
    this.#texts.clear();
    this.#attributes.clear();
    this.#styles.clear();
  }

  /** What a host has in the slots of its shadow. */
  #doubtHung(host: Element): void {
    for (let child = firstChildOf(host); child; child = nextSiblingOf(child)) {
      if (isElement(child)) this.#doubt(child, false);
      else if (isText(child)) this.#texts.add(child);
    }
  }

  #text(node: CharacterData, known: Known | undefined): void {
    const parent = known ? undefined : parentOf(node);
    if (known) this.#texts.add(node);
    else if (parent && this.#index.has(parent)) this.#inside(parent);
  }

  #children({ target, addedNodes, removedNodes }: MutationRecord, known: Known): void {
    if (known.leaf) return this.#inside(target);
    const { moved } = this.#tree;
    for (let at = 0; at < addedNodes.length; at++) moved.add(addedNodes[at] as Node);
    for (let at = 0; at < removedNodes.length; at++) {
      const node = removedNodes[at] as Node;
      if (this.#index.has(node)) moved.add(node);
    }
    if (this.#privacy.looksAround) this.#isAllDoubtful = true;
  }

  #inside(parent: Node): void {
    if (isElement(parent) && nameOf(parent) === 'style') this.#styles.add(parent);
  }
}

function hostAround(known: Known): Element | undefined {
  let one: Known | null = known;
  while (one && !one.isShadow) one = one.parent;
  return one?.parent?.node as Element | undefined;
}
