import { edit, editableAt, editableOf, isReadOnly, isTextField, moveCaret, selectAll } from './editing.ts';
import { tabFrom } from './focus.ts';
import { type Modifier, modifierKeys } from './mouse.ts';
import { focused, viewOf } from './place.ts';
import { scrollIn } from './scrolling.ts';
import { choose } from './selecting.ts';
import { isWhole, put, step } from './values.ts';

export interface Stroke {
  key: string;
  code: string;
  modifiers: readonly Modifier[];
}

/** Longer text was pasted: no page expects a key for each letter. */
const TYPED_CHARS = 40;
/** What older pages ask for. */
const keyCodes: Readonly<Record<string, number>> = {
  Backspace: 8,
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ' ': 32,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
  Delete: 46,
};
const LINE_PX = 40;

/** The agent’s keyboard in the visitor’s page: the keys are told to the page, and do what they do in a browser. */
export class Keyboard {
  /** Whether the agent may act on an element. */
  readonly #may: (element: Element) => boolean;
  /** Fields with what they held before the agent wrote in them. */
  readonly #before = new WeakMap<Element, string>();

  constructor(may: (element: Element) => boolean) {
    this.#may = may;
  }

  /** At the caret of what has the focus. */
  type(target: HTMLElement, text: string): void {
    this.#remember(target);
    if (text.length > TYPED_CHARS) {
      this.#edit(target, 'insertText', text);
      return;
    }
    for (const letter of text) {
      if (letter === '\n') this.press(target, { key: 'Enter', code: 'Enter', modifiers: [] });
      else this.#letter(target, letter);
    }
  }

  press(element: Element, stroke: Stroke): void {
    const goesOn = tell('keydown', element, stroke);
    if (goesOn) this.#act(element, stroke);
    const { document } = viewOf(element) ?? {};
    const now = document && focused(document);
    const released = now && this.#may(now) ? now : element;
    if (tell('keyup', released, stroke) && goesOn && stroke.key === ' ') this.#space(element);
  }

  #letter(target: HTMLElement, letter: string): void {
    const stroke: Stroke = { key: letter, code: '', modifiers: [] };
    if (tell('keydown', target, stroke) && tell('keypress', target, stroke)) this.#edit(target, 'insertText', letter);
    tell('keyup', target, stroke);
  }

  /** Where the focus is now: the page may have moved it at the key, even to where the agent must not write. */
  #edit(target: HTMLElement, inputType: string, data?: string): void {
    const now = editableAt(target.ownerDocument);
    if (now && (now === target || this.#may(now))) edit(now, inputType, data);
  }

  #act(element: Element, stroke: Stroke): void {
    const { key, modifiers } = stroke;
    const editable = editableOf(element);
    const [extend, wide] = [modifiers.includes('shift'), modifiers.includes('ctrl') || modifiers.includes('alt')];
    if (editable) this.#remember(editable);
    if (step(element, key)) return;
    switch (key) {
      case 'Enter':
        if (tell('keypress', element, stroke)) this.#enter(element, editable, extend);
        break;
      case 'Backspace':
      case 'Delete':
        if (isWhole(element) && element.type !== 'color' && !isReadOnly(element)) put(element, '');
        if (!editable) break;
        if (wide) moveCaret(editable, key === 'Delete' ? 'ArrowRight' : 'ArrowLeft', true, true);
        this.#edit(editable, key === 'Delete' ? 'deleteContentForward' : 'deleteContentBackward');
        break;
      case 'Tab':
        (tabFrom(element, extend, this.#may) as HTMLElement | undefined)?.focus();
        break;
      case 'a':
      case 'A':
        if ((modifiers.includes('ctrl') || modifiers.includes('meta')) && !isWhole(element)) selectAll(element);
        break;
      case 'PageUp':
      case 'PageDown':
        scrollIn(element, { x: 0, y: (key === 'PageUp' ? -0.9 : 0.9) * (viewOf(element)?.innerHeight ?? 0) });
        break;
      default:
        if (/^(Arrow\w+|Home|End)$/.test(key)) this.#go(element, editable, key, extend, wide);
    }
  }

  #go(element: Element, editable: Element | undefined, key: string, extend: boolean, wide: boolean): void {
    if (isWhole(element)) return;
    if (editable) return moveCaret(editable, key, extend, wide);
    const step = /Up|Left/.test(key) ? -1 : 1;
    if (element.localName === 'select' && key.startsWith('Arrow')) {
      const select = element as HTMLSelectElement;
      if (!select.multiple) choose(select, [select.selectedIndex + step]);
    } else if (isRadio(element) && key.startsWith('Arrow')) {
      const next = radioAfter(element, step);
      if (next && this.#may(next)) {
        next.focus();
        next.click();
      }
    } else if (key === 'Home' || key === 'End') scrollIn(element, { x: 0, y: step * 1e6 * (key === 'Home' ? -1 : 1) });
    else scrollIn(element, /Up|Down/.test(key) ? { x: 0, y: step * LINE_PX } : { x: step * LINE_PX, y: 0 });
  }

  /** A line, a form sent, or a click. */
  #enter(element: Element, editable: HTMLElement | undefined, shift: boolean): void {
    if (editable?.localName === 'textarea') return this.#edit(editable, 'insertLineBreak');
    if (editable && !isTextField(editable)) return this.#edit(editable, shift ? 'insertLineBreak' : 'insertParagraph');
    if (
      element.localName === 'input' &&
      !/^(button|submit|reset|image|file)$/.test((element as HTMLInputElement).type)
    ) {
      this.#tellChange(element as HTMLInputElement);
      submitBy(element as HTMLInputElement, this.#may);
    } else if (element.matches('button, a[href], area[href], summary, input')) (element as HTMLElement).click();
  }

  #space(element: Element): void {
    const pressed = 'button, summary, input:is([type="checkbox"], [type="radio"], [type="button"], [type="submit"])';
    if (element.matches(pressed)) (element as HTMLElement).click();
  }

  #remember(element: Element): void {
    if (isTextField(element) && !this.#before.has(element)) this.#before.set(element, element.value);
  }

  /** Browsers tell it of a real Enter before the form is sent. */
  #tellChange(field: HTMLInputElement): void {
    const view = viewOf(field);
    const before = this.#before.get(field);
    if (!view || before === undefined || before === field.value) return;
    this.#before.set(field, field.value);
    field.dispatchEvent(new view.Event('change', { bubbles: true }));
  }
}

function tell(type: string, target: Element, { key, code, modifiers }: Stroke): boolean {
  const view = viewOf(target);
  if (!view) return false;
  const letter = [...key].length === 1;
  const codeOf = type === 'keypress' ? key.codePointAt(0) : key.toUpperCase().codePointAt(0);
  const keyCode = keyCodes[key] ?? (letter ? codeOf : 0) ?? 0;
  const init = { key, code, keyCode, which: keyCode, charCode: type === 'keypress' ? keyCode : 0 };
  return target.dispatchEvent(
    new view.KeyboardEvent(type, {
      ...init,
      bubbles: true,
      cancelable: true,
      composed: true,
      view,
      ...modifierKeys(modifiers),
    }),
  );
}

/** As HTML has it: the first button that sends is clicked; without one, a form of one field is sent. */
function submitBy(field: HTMLInputElement, may: (element: Element) => boolean): void {
  const { form } = field;
  if (!form) return;
  const all = [...form.elements];
  const button = all.find((one) => one.matches('button:not([type]), [type="submit"], [type="image"]'));
  if (button) {
    if (!button.matches(':disabled') && may(button)) (button as HTMLElement).click();
  } else if (all.filter((one) => isTextField(one) || (isWhole(one) && one.type !== 'color')).length <= 1) {
    form.requestSubmit();
  }
}

const isRadio = (element: Element): element is HTMLInputElement =>
  element.localName === 'input' && (element as HTMLInputElement).type === 'radio';

function radioAfter(radio: HTMLInputElement, step: number): HTMLInputElement | undefined {
  const scope: ParentNode = radio.form ?? (radio.getRootNode() as ParentNode);
  const group = [...scope.querySelectorAll('input')].filter(
    (one) => isRadio(one) && one.name === radio.name && one.form === radio.form && !one.disabled,
  );
  return group[(group.indexOf(radio) + step + group.length) % group.length];
}
