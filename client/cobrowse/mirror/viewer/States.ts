import { isElement, outwards, removeAttribute, setAttribute } from './dom.ts';
import type { NodeBook } from './NodeBook.ts';

type State = 'cv-hover' | 'cv-active' | 'cv-focus';

/** Where the visitor’s pointer and focus are, as attributes that the page’s own styles ask for. */
export class States {
  readonly #book: NodeBook;
  readonly #shown: Record<State, Set<Element>> = {
    'cv-hover': new Set(),
    'cv-active': new Set(),
    'cv-focus': new Set(),
  };

  constructor(book: NodeBook) {
    this.#book = book;
  }

  /** Under the pointer, with everything around it. */
  hover(node: Node | undefined): void {
    this.#show('cv-hover', around(node));
  }

  /** Pressed, with everything around it. */
  press(id: number | undefined): void {
    this.#show('cv-active', around(this.#element(id)));
  }

  /** `isVisible`: the visitor’s browser draws a ring around it. */
  focus(id: number | undefined, isVisible = false): void {
    const element = this.#element(id);
    this.#show('cv-focus', element ? [element] : [], isVisible ? 'visible' : '');
  }

  /** The field that the visitor is in. */
  get focused(): Element | undefined {
    return [...this.#shown['cv-focus']][0];
  }

  clear(): void {
    for (const shown of Object.values(this.#shown)) shown.clear();
  }

  #element(id: number | undefined): Element | undefined {
    return id === undefined ? undefined : this.#book.element(id);
  }

  #show(state: State, elements: readonly Element[], value = ''): void {
    const wanted = new Set(elements);
    const shown = this.#shown[state];
    for (const element of shown) if (!wanted.has(element)) removeAttribute(element, state);
    for (const element of wanted) {
      if (!shown.has(element) || state === 'cv-focus') setAttribute(element, state, value);
    }
    this.#shown[state] = wanted;
  }
}

function around(inner: Node | undefined): Element[] {
  const elements: Element[] = [];
  for (let node: Node | null = inner ?? null; node; node = outwards(node)) if (isElement(node)) elements.push(node);
  return elements;
}
