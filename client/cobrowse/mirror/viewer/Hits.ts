import { capabilityOf } from '#protocol/capabilityOf.ts';
import type { CobrowseCapability, CobrowseCommand } from '#protocol/cobrowse.ts';
import { isFar } from '../../farNodes.ts';
import type { Box, FromViewer, MirrorInput, MirrorMode, ToViewer } from '../messages.ts';
import {
  boxOf,
  hostOrParent,
  isElement,
  mostScroll,
  parentOf,
  rootElement,
  scrollLeftOf,
  scrollTopOf,
  shadowOf,
  tagOf,
} from './dom.ts';
import type { Nest } from './Nest.ts';
import type { Nests } from './Nests.ts';
import type { NodeBook } from './NodeBook.ts';
import type { States } from './States.ts';
import { chosen, isDropdown, optionsOf } from './selects.ts';
import { closestWhole, isWhole, wholeOf } from './wholeFields.ts';

interface HitsOptions {
  book: NodeBook;
  nests: Nests;
  states: States;
  tell(message: FromViewer): void;
}

type At = MirrorInput & { act: 'move' | 'leave' | 'down' | 'up' | 'wheel' };

/** Longest part of a stroke in one mark. */
const MAX_POINTS = 200;

/** What the agent’s pointer and keys mean here: which node is meant, and what is to be told of it. */
export class Hits {
  readonly #options: HitsOptions;
  #mode: MirrorMode = 'view';
  #capabilities: readonly CobrowseCapability[] = [];
  /** Where the agent has pressed last, or the page where the agent tabbed on, until the visitor’s focus has followed. */
  #aim: number | undefined;
  /** The nested document that keys go to. */
  #nest: Nest | undefined;
  #outlined: number | undefined;
  #stroke = 0;
  #drawing = false;
  #listed: number | undefined;
  /** What the agent fills in as a whole. */
  #filled: number | undefined;
  /** What the agent did something to last: where the visitor’s focus goes next is the agent’s doing. */
  #led: number | undefined;
  /** Whether the agent was told that something can be done under the pointer. */
  #can: boolean | undefined;

  constructor(options: HitsOptions) {
    this.#options = options;
  }

  mode({ mode, capabilities }: ToViewer & { type: 'mode' }): void {
    this.#mode = mode;
    this.#capabilities = capabilities;
    this.#drawing = false;
    this.#led = undefined;
    this.#outline(undefined);
    this.#list(undefined);
    this.#fill(undefined);
  }

  /** The visitor’s focus is in a nested document, or in this one. */
  focused(nest: Nest | undefined, id?: number): void {
    this.#nest = nest;
    this.#aim = undefined;
    if (id === undefined) return;
    const led = this.#led;
    this.#led = undefined;
    const element = led === undefined || led === id || nest ? undefined : this.#options.book.element(id);
    if (element && isWhole(element)) this.#fill(id, element);
  }

  /** By the visitor’s own hand. */
  pressed(): void {
    this.#led = undefined;
  }

  /** Somebody highlights a node. */
  show({ agent, mark }: ToViewer & { type: 'mark' }): void {
    if (mark.mark !== 'highlight') return;
    const nest = this.#options.nests.owner(mark.node);
    if (nest) return nest.tell({ type: 'mark', agent, mark });
    const element = this.#options.book.element(mark.node);
    if (element) this.#options.tell({ type: 'outline', agent, box: ofPage(element) });
  }

  /** The visitor’s list opened or closed. */
  visitorsList(id: number, isOpen: boolean): void {
    if (this.#listed !== undefined) return;
    const element = this.#options.book.element(id);
    const list = element instanceof HTMLSelectElement && isOpen ? this.#listOf(id, element) : undefined;
    this.#options.tell({ type: 'list', own: false, ...(list && { list }) });
  }

  input(input: MirrorInput): void {
    switch (input.act) {
      case 'text':
      case 'key':
        return this.#type(input);
      case 'choose':
      case 'fill':
        return this.#choose(input);
      default:
        if (this.#mode === 'laser' || this.#mode === 'pen') this.#draw(input);
        else if (this.#mode === 'highlight') this.#highlight(input);
        else if (this.#mode === 'control') this.#act(input);
    }
  }

  #draw(input: At): void {
    const { act, x, y } = input;
    const at = { x: x + scrollX, y: y + scrollY };
    if (this.#mode === 'laser') {
      if (act === 'leave') this.#options.tell({ type: 'mark', mark: { mark: 'none' } });
      else this.#options.tell({ type: 'mark', mark: { mark: 'laser', at } });
      return;
    }
    if (act === 'down') {
      this.#stroke++;
      this.#drawing = true;
    }
    if (!this.#drawing || act === 'wheel' || act === 'leave') return;
    if (act === 'up') this.#drawing = false;
    const points = [at].slice(0, MAX_POINTS);
    this.#options.tell({ type: 'mark', mark: { mark: 'pen', stroke: this.#stroke, points, end: act === 'up' } });
  }

  #highlight(input: At): void {
    const hit = input.act === 'leave' ? undefined : this.#hit(input);
    if (hit?.nest) return this.#options.nests.input(hit.nest, input);
    this.#outline(hit);
    if (input.act === 'down' && hit) {
      this.#options.tell({ type: 'mark', mark: { mark: 'highlight', node: hit.id } });
    }
  }

  #outline(hit: { id: number; element: Element } | undefined): void {
    if (this.#outlined === hit?.id) return;
    this.#outlined = hit?.id;
    this.#options.tell({ type: 'outline', ...(hit && { box: ofPage(hit.element) }) });
  }

  #act(input: At): void {
    if (input.act === 'leave') return;
    const hit = this.#hit(input);
    if (input.act === 'down') {
      this.#list(undefined);
      this.#fill(undefined);
      this.#nest = hit?.nest;
    }
    if (!hit) return;
    if (hit.nest) {
      // What is within tells of itself.
      this.#can = undefined;
      return this.#options.nests.input(hit.nest, input);
    }
    if (input.act === 'wheel') return this.#scroll(hit.element, input);
    const { id, element } = hit;
    const can = !isFar(id) && !isSealed(element);
    this.#reach(can);
    // The visitor’s browser says why, once something is pressed.
    if (!can && input.act === 'move') return;
    if (can && (this.#select(element, input) || this.#opens(element, input))) return;
    const { left, top, width, height } = boxOf(element);
    const at = { x: share(input.x - left, width), y: share(input.y - top, height) };
    if (input.act === 'down') this.#aim = this.#led = id;
    if (input.act === 'move') this.#command({ do: 'move', node: id, at });
    else if ('button' in input) {
      this.#command({ do: input.act, node: id, at, button: input.button, modifiers: input.modifiers });
    }
  }

  #reach(can: boolean): void {
    if (this.#can === can) return;
    this.#can = can;
    this.#options.tell({ type: 'reach', can });
  }

  /** A synthetic press opens no list, so the agent gets one to choose from. */
  #select(element: Element, input: At): boolean {
    const select = closestSelect(element);
    if (!select || !this.#capabilities.includes('select') || input.act === 'move' || !('button' in input)) return false;
    const id = this.#options.book.idOf(select);
    if (id === undefined || input.act !== 'down' || input.button !== 0 || select.disabled) return true;
    if (isDropdown(select)) this.#list(id, select);
    else if (element instanceof HTMLOptionElement) {
      const adds = input.modifiers.includes('ctrl') || input.modifiers.includes('meta');
      this.#command({ do: 'select', node: id, options: chosen(select, element.index, adds) });
    }
    return true;
  }

  /** Nor can a date be typed by a script: the agent gets a field of the kind to fill in. */
  #opens(element: Element, input: At): boolean {
    const field = closestWhole(element);
    const id = field && this.#options.book.idOf(field);
    if (id === undefined || input.act === 'move' || !('button' in input) || input.button !== 0) return false;
    if (!this.#capabilities.includes('type')) return false;
    if (input.act === 'down') {
      this.#aim = this.#led = id;
      this.#fill(id, field);
    }
    return true;
  }

  #choose(input: MirrorInput & { act: 'choose' | 'fill' }): void {
    const { node } = input;
    const nest = this.#options.nests.owner(node);
    if (nest) return this.#options.nests.input(nest, input);
    const element = this.#options.book.element(node);
    if (input.act === 'fill') {
      if (element instanceof HTMLInputElement) this.#command({ do: 'fill', node, value: input.value });
      return;
    }
    this.#listed = undefined;
    if (element instanceof HTMLSelectElement) this.#command({ do: 'select', node, options: input.options });
  }

  #scroll(from: Element, { dx, dy }: { dx: number; dy: number }): void {
    let element: Element = from;
    for (let at: Node | null = from; at; at = hostOrParent(at)) {
      if (!isElement(at) || at === rootElement()) continue;
      if (scrolls(at, dx, dy) && this.#options.book.idOf(at) !== undefined) {
        this.#command({ do: 'scroll', node: this.#options.book.idOf(at) ?? 0, by: { x: dx, y: dy } });
        return;
      }
      element = at;
    }
    const root = rootElement() ?? element;
    this.#command({ do: 'scroll', node: this.#options.book.idOf(root) ?? 0, by: { x: dx, y: dy } });
  }

  #type(input: MirrorInput & { act: 'text' | 'key' }): void {
    if (this.#mode !== 'control') return;
    if (this.#nest) return this.#options.nests.input(this.#nest, input);
    const { book, states } = this.#options;
    const focused = states.focused && book.idOf(states.focused);
    const root = rootElement();
    const rootId = root ? book.idOf(root) : undefined;
    const node = this.#aim ?? focused ?? rootId;
    if (node === undefined) return;
    const field = input.act === 'text' && book.element(node === rootId ? (focused ?? node) : node);
    if (field && isWhole(field)) this.#fill(book.idOf(field), field);
    else if (input.act === 'text') this.#command({ do: 'text', node, text: input.text });
    else {
      this.#command({ do: 'key', node, key: input.key, code: input.code, modifiers: input.modifiers });
      // What is typed next is not meant for the field that is left.
      if (input.key === 'Tab') this.#aim = this.#led = rootId;
    }
  }

  #command(command: CobrowseCommand): void {
    if (this.#capabilities.includes(capabilityOf[command.do])) this.#options.tell({ type: 'command', command });
  }

  #list(id: number | undefined, select?: HTMLSelectElement): void {
    if (this.#listed === id) return;
    this.#listed = id;
    const list = id !== undefined && select ? this.#listOf(id, select) : undefined;
    this.#options.tell({ type: 'list', own: true, ...(list && { list }) });
  }

  #fill(id: number | undefined, field?: HTMLInputElement): void {
    const may = this.#mode === 'control' && this.#capabilities.includes('type');
    if (id === undefined ? this.#filled === undefined : !may) return;
    this.#filled = id;
    const at = field && plain(boxOf(field));
    this.#options.tell({ type: 'field', ...(id !== undefined && at && { field: wholeOf(id, field, at) }) });
  }

  #listOf(node: number, select: HTMLSelectElement) {
    return { node, at: plain(boxOf(select)), multiple: select.multiple, ...optionsOf(select) };
  }

  /** The innermost element there that has a number, or the document within it. */
  #hit({ x, y }: At): { id: number; element: Element; nest?: Nest } | undefined {
    let element = document.elementFromPoint(x, y);
    for (let inner = inShadow(element, x, y); inner && inner !== element; ) {
      element = inner;
      inner = inShadow(element, x, y);
    }
    for (let at: Node | null = element; at; at = hostOrParent(at)) {
      const id = this.#options.book.idOf(at);
      if (id === undefined || !isElement(at)) continue;
      const nest = this.#options.nests.of(at);
      return { id, element: at, ...(nest && { nest }) };
    }
    return undefined;
  }
}

/** Holds what nobody has recorded. */
const isSealed = (element: Element): boolean => /^(iframe|frame|object|embed)$/.test(tagOf(element));

const inShadow = (element: Element | null, x: number, y: number): Element | null =>
  (element && shadowOf(element)?.elementFromPoint(x, y)) ?? null;

function closestSelect(element: Element): HTMLSelectElement | undefined {
  for (let at: Node | null = element; at; at = parentOf(at)) if (at instanceof HTMLSelectElement) return at;
  return undefined;
}

const share = (length: number, whole: number): number => (whole > 0 ? Math.min(Math.max(length / whole, 0), 1) : 0.5);

const plain = ({ x, y, width, height }: DOMRect): Box => ({ x, y, width, height });

function ofPage(element: Element): Box {
  const box = plain(boxOf(element));
  return { ...box, x: box.x + scrollX, y: box.y + scrollY };
}

function scrolls(element: Element, dx: number, dy: number): boolean {
  const { overflowX, overflowY } = getComputedStyle(element);
  const can = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
  const [x, y] = [scrollLeftOf(element), scrollTopOf(element)];
  const most = mostScroll(element);
  const down = dy > 0 ? y < most.y - 1 : dy < 0 && y > 0;
  const right = dx > 0 ? x < most.x - 1 : dx < 0 && x > 0;
  return (can(overflowY) && down) || (can(overflowX) && right);
}
