import { firstChildOf, isElement, nextSiblingOf, shadowOf } from './dom.ts';

/** A document with more makes the browser stand still; what is beyond is not shown. */
const MAX_NODES = 400_000;

/** Which node has which number. */
export class NodeBook {
  /** Parts were left out, so that an unknown number means nothing. */
  truncated = false;
  readonly #nodes = new Map<number, Node>();
  #ids = new WeakMap<Node, number>();

  get isFull(): boolean {
    return this.#nodes.size >= MAX_NODES;
  }

  node(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  element(id: number): Element | undefined {
    const node = this.#nodes.get(id);
    return isElement(node) ? node : undefined;
  }

  idOf(node: Node): number | undefined {
    return this.#ids.get(node);
  }

  set(id: number, node: Node): void {
    this.#nodes.set(id, node);
    this.#ids.set(node, id);
  }

  /** Forgets a node with everything in it. */
  forget(root: Node): void {
    const waiting: Node[] = [root];
    for (let node = waiting.pop(); node; node = waiting.pop()) {
      const id = this.#ids.get(node);
      // A number that was given anew belongs to another node.
      if (id !== undefined && this.#nodes.get(id) === node) this.#nodes.delete(id);
      this.#ids.delete(node);
      const shadow = isElement(node) ? shadowOf(node) : null;
      if (shadow) waiting.push(shadow);
      for (let child = firstChildOf(node); child; child = nextSiblingOf(child)) waiting.push(child);
    }
  }

  clear(): void {
    this.#nodes.clear();
    this.#ids = new WeakMap();
    this.truncated = false;
  }
}
