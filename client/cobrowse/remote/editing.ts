import { closest, focused, viewOf } from './place.ts';
import { setValue } from './setValue.ts';

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Inputs that text is typed into. */
const texts = new Set('text search url tel email password number'.split(' '));

export const isTextField = (element: Element): element is TextField =>
  element.localName === 'textarea' || (element.localName === 'input' && texts.has((element as HTMLInputElement).type));

/** What is edited when this has the focus: a field, or the outermost element whose contents are. */
export function editableOf(element: Element): HTMLElement | undefined {
  if (isTextField(element)) return element;
  const host = closest(element, (one) => {
    const outer = one.parentElement;
    return (one as HTMLElement).isContentEditable === true && outer?.isContentEditable !== true;
  });
  return host as HTMLElement | undefined;
}

/** What typing goes into now. */
export function editableAt(document: Document): HTMLElement | undefined {
  const element = focused(document);
  return element && editableOf(element);
}

export const isReadOnly = (element: Element): boolean =>
  element.matches(':disabled') || (element as TextField).readOnly === true;

const commands: Readonly<Record<string, string>> = {
  insertText: 'insertText',
  insertLineBreak: 'insertLineBreak',
  insertParagraph: 'insertParagraph',
  deleteContentBackward: 'delete',
  deleteContentForward: 'forwardDelete',
};

/**
 * Changes what is edited, at the caret, as typing does: the page may prevent it, and hears of it. The browser’s own
 * editing does it where it can, so that it can be undone, and limits and the caret are respected.
 */
export function edit(element: HTMLElement, inputType: string, data: string | null = null): void {
  const view = viewOf(element);
  if (!view || isReadOnly(element)) return;
  const before = { inputType, data, bubbles: true, composed: true, cancelable: true };
  if (!element.dispatchEvent(new view.InputEvent('beforeinput', before))) return;
  const { ownerDocument } = element;
  // Whoever was told may have moved the focus, and the browser edits what has it.
  if (editableAt(ownerDocument) !== element) return;
  if (ownerDocument.execCommand(commands[inputType] ?? inputType, false, data ?? undefined)) return;
  if (!isTextField(element) || !replace(element, inputType, data ?? '')) return;
  element.dispatchEvent(new view.InputEvent('input', { inputType, data, bubbles: true, composed: true }));
}

/** Where the browser’s editing does not work; fields without a caret are written at their end. */
function replace(field: TextField, inputType: string, data: string): boolean {
  const { value } = field;
  const start = field.selectionStart ?? value.length;
  const end = field.selectionEnd ?? value.length;
  const text = inputType === 'insertLineBreak' ? '\n' : data;
  const back = inputType === 'deleteContentBackward' && start === end ? 1 : 0;
  const forth = inputType === 'deleteContentForward' && start === end ? 1 : 0;
  const from = Math.max(0, start - back);
  const next = value.slice(0, from) + text + value.slice(end + forth);
  if (next === value || (text && field.maxLength >= 0 && next.length > field.maxLength)) return false;
  setValue(field, next);
  if (field.selectionStart !== null) field.setSelectionRange(from + text.length, from + text.length);
  return true;
}

/** Everything in it is selected. */
export function selectAll(element: Element): void {
  if (isTextField(element)) element.select();
  else element.ownerDocument.getSelection()?.selectAllChildren(editableOf(element) ?? element.ownerDocument.body);
}

/** Moves the caret, or with `extend` the end of what is selected. */
export function moveCaret(element: Element, key: string, extend: boolean, wide: boolean): void {
  const way = /Left|Up|Home/.test(key) ? 'backward' : 'forward';
  if (isTextField(element) && element.selectionStart !== null) {
    const { value, selectionStart, selectionEnd, selectionDirection } = element;
    const end = selectionEnd ?? selectionStart;
    const back = selectionDirection === 'backward';
    const anchor = back ? end : selectionStart;
    const head = moved(value, back ? selectionStart : end, key, wide);
    const collapses = !extend && selectionStart !== end && /^Arrow(Left|Right)$/.test(key);
    const to = collapses ? (way === 'backward' ? selectionStart : end) : head;
    if (extend)
      element.setSelectionRange(Math.min(anchor, to), Math.max(anchor, to), to < anchor ? 'backward' : 'forward');
    else element.setSelectionRange(to, to);
    return;
  }
  const unit = /Home|End/.test(key) ? 'lineboundary' : /Up|Down/.test(key) ? 'line' : wide ? 'word' : 'character';
  element.ownerDocument.getSelection()?.modify(extend ? 'extend' : 'move', way, unit);
}

function moved(value: string, from: number, key: string, wide: boolean): number {
  const lineStart = value.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = value.indexOf('\n', from) < 0 ? value.length : value.indexOf('\n', from);
  switch (key) {
    case 'ArrowLeft':
      return wide ? from - (/\w*\W*$/.exec(value.slice(0, from))?.[0].length || 1) : Math.max(0, from - 1);
    case 'ArrowRight':
      return wide ? from + (/^\W*\w*/.exec(value.slice(from))?.[0].length || 1) : Math.min(value.length, from + 1);
    case 'ArrowUp': {
      if (lineStart === 0) return 0;
      const above = value.lastIndexOf('\n', lineStart - 2) + 1;
      return Math.min(above + from - lineStart, lineStart - 1);
    }
    case 'ArrowDown': {
      if (lineEnd === value.length) return value.length;
      const next = value.indexOf('\n', lineEnd + 1);
      return Math.min(lineEnd + 1 + from - lineStart, next < 0 ? value.length : next);
    }
    case 'Home':
      return wide ? 0 : lineStart;
    default:
      return wide ? value.length : lineEnd;
  }
}
