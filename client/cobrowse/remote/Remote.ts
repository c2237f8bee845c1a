import { capabilityOf } from '#protocol/capabilityOf.ts';
import type { CobrowseCapability, CobrowseCommand, CobrowseOutcome } from '#protocol/cobrowse.ts';
import { isFar } from '../farNodes.ts';
import { mayControl } from '../privacy/mayControl.ts';
import type { Privacy } from '../privacy/Privacy.ts';
import type { Recorder } from '../record/Recorder.ts';
import { editableOf, isReadOnly } from './editing.ts';
import { focusOn } from './focus.ts';
import { Keyboard } from './Keyboard.ts';
import { keptFor, opensPicker } from './keptFor.ts';
import { Pointer } from './Pointer.ts';
import { closest, elementOf, focused, inPage, isOwn, type Place, placeIn } from './place.ts';
import { scrollIn } from './scrolling.ts';
import { choose } from './selecting.ts';
import { isWhole, put, takes } from './values.ts';

export type RemoteRefusal = CobrowseOutcome;

export interface RemoteOptions {
  recorder: Pick<Recorder, 'nodeOf' | 'verdictOf'>;
  privacy: Pick<Privacy, 'guards' | 'judge'>;
  document: Document;
  now?: () => number;
}

/** Keys that reach into the browser or the system, which no page sees of a visitor either. */
const MAX_KEY = 20;

/**
 * Does in the visitor’s page what an agent asks for, so that the page takes it for its visitor’s doing. What is hidden
 * from the agent is out of reach, by whatever way: the element, the field with the focus, the field of a label.
 */
export class Remote {
  readonly #options: RemoteOptions;
  readonly #pointer: Pointer;
  readonly #keyboard: Keyboard;
  /** Where the agent’s mouse is, in the window of the whole page. */
  at: { x: number; y: number } | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.#pointer = new Pointer(options.now ?? (() => performance.now()));
    this.#keyboard = new Keyboard((element) => this.#may(element));
  }

  /** Undefined: it is done. */
  run(command: CobrowseCommand, capabilities: readonly CobrowseCapability[]): RemoteRefusal | undefined {
    if (!capabilities.includes(capabilityOf[command.do])) return 'FORBIDDEN';
    if (command.do === 'go') return this.#go(command.to);
    const node = this.#options.recorder.nodeOf(command.node);
    const element = node?.isConnected ? elementOf(node) : undefined;
    // Frames of other origins are theirs alone to act in.
    if (!element) return isFar(command.node) ? 'UNSUPPORTED' : 'NOT_FOUND';
    switch (command.do) {
      case 'move':
      case 'down':
      case 'up':
        return this.#point(element, command);
      case 'scroll':
        return this.#reach(element) ?? void scrollIn(element, command.by);
      case 'text':
        return this.#type(element, command.text);
      case 'key':
        if (command.key.length > MAX_KEY) return 'UNSUPPORTED';
        return this.#press(element, command);
      case 'select': {
        if (element.localName !== 'select') return 'UNSUPPORTED';
        const refusal = this.#reach(element);
        if (refusal || element.matches(':disabled')) return refusal ?? 'UNSUPPORTED';
        focusOn(element);
        choose(element as HTMLSelectElement, command.options);
        return undefined;
      }
      case 'fill':
        return this.#fill(element, command.value);
    }
  }

  /** The agent acts no more. */
  stop(): void {
    this.#pointer.leave();
    this.at = undefined;
  }

  #point(
    element: Element,
    command: Extract<CobrowseCommand, { do: 'move' | 'down' | 'up' }>,
  ): RemoteRefusal | undefined {
    const place = placeIn(element, command.at);
    this.at = inPage(place.target, place.x, place.y);
    const refusal = this.#reach(element) ?? this.#reach(place.target) ?? refusedByBrowser(place);
    if (command.do === 'move') {
      // The mouse may cross what it may not press.
      if (!refusal) this.#pointer.move(place);
      return isOwn(place.target) ? 'FORBIDDEN' : undefined;
    }
    if (refusal) {
      this.#pointer.leave();
      return refusal;
    }
    if (command.do === 'down') {
      if (isOutside(place)) place.target.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      this.#pointer.down(place, command.button, command.modifiers);
      return undefined;
    }
    const up = () => this.#pointer.up(place, command.button, command.modifiers);
    return keptFor(place.target, up) ? 'UNSUPPORTED' : undefined;
  }

  #type(element: Element, text: string): RemoteRefusal | undefined {
    const { ownerDocument } = element;
    // The whole page: what has the focus now.
    const isPage = element === ownerDocument.documentElement;
    const given = (isPage && focused(ownerDocument)) || element;
    if (isWhole(given)) return this.#fill(given, text);
    const editable = editableOf(given);
    if (!editable) return 'UNSUPPORTED';
    const refusal = this.#reach(editable);
    if (refusal || isReadOnly(editable)) return refusal ?? 'UNSUPPORTED';
    focusOn(editable);
    const target = editableOf(focused(ownerDocument) ?? editable);
    // The page may have moved the focus to a field of its own choice.
    if (!target) return 'UNSUPPORTED';
    const moved = this.#reach(target);
    if (moved) return moved;
    return keptFor(target, () => this.#keyboard.type(target, text)) ? 'UNSUPPORTED' : undefined;
  }

  #fill(field: Element, value: string): RemoteRefusal | undefined {
    if (!isWhole(field)) return 'UNSUPPORTED';
    const refused = () => this.#reach(field) ?? (isReadOnly(field) ? 'UNSUPPORTED' : undefined);
    const refusal = refused() ?? (takes(field, value) ? undefined : 'INVALID_INPUT');
    if (refusal) return refusal;
    focusOn(field);
    // The page may have made something else of it.
    const turned = refused();
    if (turned) return turned;
    return keptFor(field, () => put(field, value)) ? 'UNSUPPORTED' : undefined;
  }

  #press(
    element: Element,
    { key, code, modifiers }: Extract<CobrowseCommand, { do: 'key' }>,
  ): RemoteRefusal | undefined {
    const refusal = this.#reach(element);
    if (refusal) return refusal;
    focusOn(element);
    const now = focused(element.ownerDocument) ?? element;
    const moved = this.#reach(now);
    if (moved) return moved;
    if (opensPicker(now) && /^(Enter| )$/.test(key)) return 'UNSUPPORTED';
    return keptFor(now, () => this.#keyboard.press(now, { key, code, modifiers })) ? 'UNSUPPORTED' : undefined;
  }

  #go(to: string): RemoteRefusal | undefined {
    const view = this.#options.document.defaultView;
    if (!view) return 'UNSUPPORTED';
    const { history, location } = view;
    if (to === 'back') history.back();
    else if (to === 'forward') history.forward();
    else if (to === 'reload') location.reload();
    else {
      const { href, origin, protocol } = new URL(to, location.href);
      if (origin !== location.origin || protocol !== location.protocol) return 'FORBIDDEN';
      location.assign(href);
    }
    return undefined;
  }

  #reach(element: Element): RemoteRefusal | undefined {
    return isOwn(element) || !this.#may(element) ? 'FORBIDDEN' : undefined;
  }

  #may(element: Element): boolean {
    const { recorder, privacy } = this.#options;
    return mayControl(privacy, element, recorder.verdictOf(element));
  }
}

/** What a browser lets only a visitor’s own hand do. */
function refusedByBrowser({ target }: Place): RemoteRefusal | undefined {
  const label = closest(target, ({ localName }) => localName === 'label') as HTMLLabelElement | undefined;
  const foreign = /^(iframe|frame|object|embed)$/.test(target.localName);
  return opensPicker(label?.control ?? target) || foreign ? 'UNSUPPORTED' : undefined;
}

function isOutside({ target, x, y }: Place): boolean {
  const { innerWidth = 0, innerHeight = 0 } = target.ownerDocument.defaultView ?? {};
  return x < 0 || y < 0 || x >= innerWidth || y >= innerHeight;
}
