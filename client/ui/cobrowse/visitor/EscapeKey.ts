/**
 * Hears the visitor’s own Escape before the page does, which does not get it; also where a frame of the page has the
 * focus. An agent’s Escape is for the page.
 */
export class EscapeKey {
  readonly #onPress: () => void;
  readonly #windows = new Set<Window>();

  constructor(onPress: () => void) {
    this.#onPress = onPress;
    document.addEventListener('load', this.#reach, true);
    this.#reach();
  }

  close(): void {
    document.removeEventListener('load', this.#reach, true);
    for (const view of this.#windows) {
      try {
        view.removeEventListener('keydown', this.#hear, true);
        view.removeEventListener('blur', this.#reach);
      } catch {
        // It has gone elsewhere, and what it heard with is gone.
      }
    }
    this.#windows.clear();
  }

  /** Every window of the page, again whenever one loads or the focus leaves one; listening twice counts once. */
  #reach = (): void => {
    const all: Window[] = [window];
    for (const view of all) {
      try {
        view.addEventListener('keydown', this.#hear, true);
        view.addEventListener('blur', this.#reach);
        this.#windows.add(view);
        for (let nth = 0; nth < view.length; nth++) all.push(view[nth] as Window);
      } catch {
        // Of another origin: what is pressed there is nobody else’s to know.
      }
    }
  };

  #hear = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#onPress();
  };
}
