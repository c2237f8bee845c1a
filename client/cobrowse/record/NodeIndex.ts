import type { Verdict } from '../privacy/Privacy.ts';
import { isConnected } from './dom.ts';
import { Known } from './Known.ts';

/** Who is who: the nodes that were told, by themselves and by their numbers. */
export class NodeIndex {
  readonly #byNode = new Map<Node, Known>();
  readonly #byId = new Map<number, Known>();
  /** Numbers of nodes that were taken back only to be told elsewhere. */
  readonly #kept = new Map<Node, number>();
  #last: number;
  /** Above 0: all of it is a part of another page. */
  readonly #first: number;

  constructor(first = 0) {
    this.#first = first;
    this.#last = first;
  }

  get(node: Node): Known | undefined {
    return this.#byNode.get(node);
  }

  has(node: Node): boolean {
    return this.#byNode.has(node);
  }

  byId(id: number): Known | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<Known> {
    return this.#byNode.values();
  }

  add(node: Node, parent: Known | null, verdict: Verdict): Known {
    const kept = this.#kept.size > 0 ? this.#kept.get(node) : undefined;
    const id = kept ?? ++this.#last;
    const rootId = parent ? parent.rootId : this.#first && id;
    const known = new Known(id, node, parent, verdict, rootId, false);
    this.#byNode.set(node, known);
    this.#byId.set(id, known);
    return known;
  }

  /** A frame’s document; the nodes in it name it as their root. */
  addDocument(node: Document, frame: Known): Known {
    const id = ++this.#last;
    const known = new Known(id, node, frame, frame.verdict, id, false);
    this.#byNode.set(node, known);
    this.#byId.set(id, known);
    frame.inner = known;
    return known;
  }

  addShadow(node: ShadowRoot, host: Known): Known {
    const known = new Known(host.id, node, host, host.verdict, host.rootId, true);
    known.special = true;
    this.#byNode.set(node, known);
    host.inner = known;
    return known;
  }

  delete(known: Known, keepsNumber: boolean): void {
    known.gone = true;
    this.#byNode.delete(known.node);
    if (known.isShadow) return;
    this.#byId.delete(known.id);
    if (keepsNumber && isConnected(known.node)) this.#kept.set(known.node, known.id);
  }

  /** Everything is told that was to be: numbers that are still kept belong to nobody. */
  settle(): void {
    this.#kept.clear();
  }

  /** Numbers go on, so that no late command meets another node than it meant. */
  clear(): void {
    for (const known of this.#byNode.values()) known.gone = true;
    this.#byNode.clear();
    this.#byId.clear();
    this.#kept.clear();
  }
}
