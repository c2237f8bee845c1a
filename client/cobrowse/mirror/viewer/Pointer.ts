import type { FromViewer, ToViewer } from '../messages.ts';
import type { Hits } from './Hits.ts';
import type { Nest } from './Nest.ts';
import type { Nests } from './Nests.ts';
import type { NodeBook } from './NodeBook.ts';
import { Act, Kind, Source } from './numbers.ts';
import type { States } from './States.ts';
import { type Fields, fieldsOf, idOf, listOf, numberOf } from './shape.ts';

interface PointerOptions {
  book: NodeBook;
  nests: Nests;
  states: States;
  hits: Hits;
  tell(message: FromViewer): void;
}

/** The visitor’s pointer, fingers and focus. */
export class Pointer {
  readonly #options: PointerOptions;
  #at = { x: 0, y: 0 };
  #down = false;
  /** The nested document that it is in. */
  #nest: Nest | undefined;

  constructor(options: PointerOptions) {
    this.#options = options;
  }

  /** What lies under the pointer innermost, in whatever document: it is over all that this stands in. */
  hover(id: number | undefined): void {
    const { book, nests, states } = this.#options;
    const nest = nests.owner(id);
    states.hover(nest?.frame ?? (id === undefined ? undefined : book.node(id)));
    if (this.#nest !== nest) this.#nest?.tell(hovering(null));
    this.#nest = nest;
    nest?.tell(hovering(id));
  }

  /** `data` of rrweb’s MouseMove: where it was a moment ago is over. */
  moved(data: Fields): void {
    const last = listOf(data['positions']).at(-1);
    if (last === undefined) return;
    const { x, y, id } = fieldsOf(last);
    const isTouch = data['source'] === Source.touchMove;
    if (!isTouch) this.hover(idOf(id));
    const nest = this.#options.nests.owner(id);
    if (nest) return this.#options.nests.event(nest, numberOf(data['source']), data);
    this.#at = { x: numberOf(x), y: numberOf(y) };
    this.#show(isTouch);
  }

  /** `data` of rrweb’s MouseInteraction. */
  interaction(data: Fields): void {
    const { type, x, y, pointerType } = data;
    const { nests, states, hits } = this.#options;
    const id = idOf(data['id']);
    const nest = nests.owner(id);
    if (type === Act.focus || type === Act.blur) {
      const isIn = type === Act.focus;
      hits.focused(isIn ? nest : undefined, isIn ? id : undefined);
      // The one that is left tells so later than the one that is entered, in another document.
      if (isIn || nest === undefined)
        states.focus(isIn && !nest ? id : undefined, data['visible'] === true, data['ring'] === true);
      return;
    }
    const isDown = type === Act.mouseDown || type === Act.touchStart;
    const isUp = type === Act.mouseUp || type === Act.touchEnd || type === Act.touchCancel;
    if (isDown) hits.pressed();
    if (nest || (!isDown && !isUp)) return;
    this.#down = isDown;
    states.press(isDown ? id : undefined);
    if (typeof x === 'number' && typeof y === 'number') this.#at = { x, y };
    this.#show(pointerType === 2 || type === Act.touchStart || type === Act.touchEnd);
  }

  #show(touch: boolean): void {
    this.#options.tell({ type: 'pointer', ...this.#at, down: this.#down, touch });
  }
}

const hovering = (id: unknown): ToViewer => ({
  type: 'events',
  events: [{ type: Kind.custom, data: { tag: 'cv.hover', payload: { id } } }],
});
