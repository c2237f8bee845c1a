import type { MirrorInput, Modifier } from './messages.ts';

interface KeysOptions {
  label: string;
  tell(input: MirrorInput): void;
}

/** Longest text of one command. */
const MAX_TEXT = 2000;

/** What phones’ keyboards say instead of a key. */
const keysOf: Readonly<Record<string, string>> = {
  deleteContentBackward: 'Backspace',
  deleteContentForward: 'Delete',
  insertLineBreak: 'Enter',
  insertParagraph: 'Enter',
};

/** An unseen field that has the focus while the agent types: so compositions, phones and pasting work as everywhere. */
export class Keys {
  readonly element = document.createElement('textarea');
  readonly #options: KeysOptions;

  constructor(options: KeysOptions) {
    this.#options = options;
    const { element } = this;
    element.className = 'keys';
    for (const name of ['autocapitalize', 'autocomplete', 'autocorrect']) element.setAttribute(name, 'off');
    element.spellcheck = false;
    element.dataset['cv'] = 'mirror-keys';
    element.setAttribute('aria-label', options.label);
    element.addEventListener('keydown', (event) => this.#key(event));
    element.addEventListener('beforeinput', (event) => this.#beforeInput(event));
    element.addEventListener('input', (event) => {
      if (!(event as InputEvent).isComposing) this.#flush();
    });
    element.addEventListener('compositionend', () => this.#flush());
    this.enable(false);
  }

  enable(isOn: boolean): void {
    this.element.disabled = !isOn;
    if (!isOn) this.element.blur();
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  #key(event: KeyboardEvent): void {
    const { key, code, isComposing, keyCode, ctrlKey, metaKey, altKey, shiftKey } = event;
    // 229: a composition’s or a phone’s key, which becomes text.
    if (isComposing || keyCode === 229 || key === 'Dead') return;
    event.stopPropagation();
    // The way out for who has no pointer.
    if (key === 'Escape' && shiftKey) return this.element.blur();
    const isTyped = key.length === 1 && (!(ctrlKey || metaKey) || event.getModifierState('AltGraph'));
    if (isTyped || /^(Control|Meta|Alt|AltGraph|Shift|CapsLock)$/.test(key)) return;
    // The clipboard is the agent’s own: what is pasted arrives as text.
    if ((ctrlKey || metaKey) && /^[cvx]$/i.test(key)) return;
    event.preventDefault();
    const held = { alt: altKey, ctrl: ctrlKey, meta: metaKey, shift: shiftKey };
    const modifiers = (Object.keys(held) as Modifier[]).filter((name) => held[name]);
    this.#options.tell({ act: 'key', key, code, modifiers });
  }

  #beforeInput(event: InputEvent): void {
    const key = keysOf[event.inputType];
    if (!key || event.isComposing) return;
    event.preventDefault();
    this.#options.tell({ act: 'key', key, code: key, modifiers: [] });
  }

  #flush(): void {
    const text = this.element.value;
    this.element.value = '';
    for (let at = 0; at < text.length; at += MAX_TEXT) {
      this.#options.tell({ act: 'text', text: text.slice(at, at + MAX_TEXT) });
    }
  }
}
