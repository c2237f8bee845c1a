import type { Privacy, Verdict } from '../privacy/Privacy.ts';
import { firstChildOf, isElement, isLeftOut, nextSiblingOf, parentOf, shadowOf } from './dom.ts';
import type { Changes, PageNode } from './events.ts';
import type { Known } from './Known.ts';
import type { NodeIndex } from './NodeIndex.ts';

/** What others want to know of the tree, and say of its nodes. */
export interface TreeOwner {
  /** A node in the recording’s words; what is within comes by itself. */
  describe(known: Known): PageNode;
  /** A special node was told: now, or a shadow root that somebody has to listen to. */
  came(known: Known): void;
  /** A special node was taken back. */
  left(known: Known): void;
}

interface Open {
  known: Known;
  /** Its last child that was told. */
  last: Node | null;
  /** Where children go as long as nothing was sent; later they are told one by one. */
  within: PageNode[] | undefined;
}

/** How many nodes are told between two looks at the clock. */
const STRIDE = 32;

/**
 * Tells the tree, in pieces: what is known of it is always a page that a replay can show, and `moved` names the nodes
 * that stand elsewhere, or no more. Between two pieces the page may change as it likes.
 */
export class Tree {
  /** Nodes that came, went or moved since they were told. */
  readonly moved = new Set<Node>();
  /** How many were told since the page was begun. */
  elements = 0;
  /** What may have other verdicts now. */
  readonly doubts: Known[] = [];
  readonly #index: NodeIndex;
  readonly #privacy: Privacy;
  readonly #owner: TreeOwner;
  readonly #open: Open[] = [];
  #steps = 0;

  constructor(index: NodeIndex, privacy: Privacy, owner: TreeOwner) {
    this.#index = index;
    this.#privacy = privacy;
    this.#owner = owner;
  }

  get isSettled(): boolean {
    return this.#open.length === 0 && this.moved.size === 0;
  }

  clear(): void {
    this.moved.clear();
    this.#open.length = this.doubts.length = 0;
    this.elements = 0;
  }

  /** A document as a whole, as far as `isOver` lets it come; `work` tells the rest. */
  document(known: Known, isOver: () => boolean): PageNode {
    const node = this.#owner.describe(known);
    // Players want to have a root element at once.
    this.#steps = 0;
    this.#open.push({ known, last: null, within: childrenOf(node) });
    this.#owner.came(known);
    this.#goOn([], isOver);
    for (const open of this.#open) open.within = undefined;
    return node;
  }

  /** Tells what is not told yet, until it is done or `isOver`. Text and attributes are others’ matter. */
  work(changes: Changes, isOver: () => boolean): void {
    this.#takeBack(changes);
    this.#resume();
    if (!this.#goOn(changes.adds, isOver)) return;
    for (const node of this.moved) {
      this.moved.delete(node);
      if (!this.#place(node, changes, isOver)) return;
    }
  }

  /** Whatever moved is first taken from where it was; with it goes what stands in it. */
  #takeBack({ removes }: Changes): void {
    for (const node of this.moved) {
      const known = this.#index.get(node);
      if (!known) continue;
      const { id, parent } = known;
      const stands = parent !== null && !parent.gone;
      if (stands) removes.push({ parentId: parent.id, id, ...(parent.isShadow && { isShadow: true }) });
      this.#forget(known, stands);
    }
  }

  /** `keeps`: it may come back under its number. rrweb’s player forgets none in the shadow of what it removes. */
  #forget(known: Known, keeps: boolean): void {
    this.#index.delete(known, keeps);
    if (known.special) this.#owner.left(known);
    if (known.inner) this.#forget(known.inner, false);
    if (known.leaf) return;
    for (let child = firstChildOf(known.node); child; child = nextSiblingOf(child)) {
      const within = this.#index.get(child);
      // What moved by itself is taken back by itself, for it may have been told elsewhere.
      if (within && !this.moved.has(child)) this.#forget(within, keeps);
    }
  }

  /** A frame shows another document now. */
  dropDocument(known: Known): void {
    this.#forget(known, false);
    if (known.parent) known.parent.inner = null;
  }

  /** The page may have changed since the last piece: what is half told goes on only where that is still right. */
  #resume(): void {
    const open = this.#open.splice(0);
    for (const one of open) {
      const { known, last } = one;
      if (known.gone) continue;
      if (!last || (parentOf(last) === known.node && this.#index.has(last))) this.#open.push(one);
      else this.#missing(known);
    }
  }

  /** Where it had come to cannot be said: each child that is not told is put in its place by itself. */
  #missing({ node }: Known): void {
    for (let child = firstChildOf(node); child; child = nextSiblingOf(child)) {
      if (!this.#index.has(child)) this.moved.add(child);
    }
  }

  /** Answers whether everything that is open is told. */
  #goOn(adds: Changes['adds'], isOver: () => boolean): boolean {
    for (let top = this.#open.at(-1); top; top = this.#open.at(-1)) {
      if (++this.#steps % STRIDE === 0 && isOver()) return false;
      const child = top.known.gone ? null : this.#nextOf(top);
      if (!child) {
        this.#open.pop();
        continue;
      }
      top.last = child;
      this.#tell(child, top.known, null, top.within, adds);
    }
    return true;
  }

  #nextOf({ known, last }: Open): Node | null {
    let child = last ? nextSiblingOf(last) : firstChildOf(known.node);
    while (child && (isLeftOut(child) || this.#index.has(child))) child = nextSiblingOf(child);
    return child;
  }

  /** A node that moved, with those that stand behind it up to the first that whoever replays has. */
  #place(node: Node, changes: Changes, isOver: () => boolean): boolean {
    const parent = this.#parentOf(node);
    if (!parent || this.#index.has(node)) return true;
    const run: Node[] = [];
    let next: Node | null = node;
    for (; next && !this.#index.has(next); next = nextSiblingOf(next)) if (!isLeftOut(next)) run.push(next);
    const nextId = (next && this.#index.get(next)?.id) ?? null;
    for (const [at, one] of run.entries()) {
      this.#tell(one, parent, nextId, undefined, changes.adds);
      if (this.#goOn(changes.adds, isOver)) continue;
      for (const rest of run.slice(at + 1)) this.moved.add(rest);
      return false;
    }
    return true;
  }

  /** Undefined for what is in no place that is told node by node. */
  #parentOf(node: Node): Known | undefined {
    const parent = parentOf(node);
    const known = parent ? this.#index.get(parent) : undefined;
    return known && !known.leaf && !isLeftOut(node) ? known : undefined;
  }

  #tell(node: Node, parent: Known, nextId: number | null, within: PageNode[] | undefined, adds: Changes['adds']): void {
    if (this.moved.size > 0) this.moved.delete(node);
    const known = this.#index.add(node, parent, this.#verdict(node, parent.verdict));
    const told = this.#owner.describe(known);
    if (within) within.push(told);
    else adds.push({ parentId: parent.id, nextId, node: told });
    if (isElement(node)) this.elements++;
    if (isElement(node) && !known.leaf) {
      if (firstChildOf(node)) this.#open.push({ known, last: null, within: within && childrenOf(told) });
      const shadow = shadowOf(node);
      if (shadow) this.#enter(shadow, known, within && childrenOf(told));
    }
    if (known.special) this.#owner.came(known);
  }

  #enter(shadow: ShadowRoot, host: Known, within: PageNode[] | undefined): void {
    const known = this.#index.addShadow(shadow, host);
    this.#open.push({ known, last: null, within });
    this.#owner.came(known);
  }

  #verdict(node: Node, parent: Verdict): Verdict {
    return isElement(node) ? this.#privacy.of(node, parent) : parent;
  }

  /** Answers whether it is told anew, as its verdict is another now. */
  check({ node, parent, verdict, gone }: Known): boolean {
    if (gone || this.moved.has(node)) return true;
    const isSame = !parent || !isElement(node) || this.#privacy.of(node, parent.verdict) === verdict;
    if (!isSame) this.moved.add(node);
    return !isSame;
  }

  /** The same of all that `doubts` names, and of all within; answers whether it has come to an end. */
  recheck(isOver: () => boolean): boolean {
    for (let known = this.doubts.pop(); known; known = this.doubts.pop()) {
      if (this.check(known)) continue;
      if (known.inner) this.doubts.push(known.inner);
      for (let child = known.leaf ? null : firstChildOf(known.node); child; child = nextSiblingOf(child)) {
        const within = this.#index.get(child);
        if (within && isElement(child)) this.doubts.push(within);
      }
      if (++this.#steps % STRIDE === 0 && isOver()) return this.doubts.length === 0;
    }
    return true;
  }
}

const childrenOf = (node: PageNode): PageNode[] | undefined => ('childNodes' in node ? node.childNodes : undefined);
