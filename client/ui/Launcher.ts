import type { WidgetBoot } from '#protocol/site.ts';
import { load } from '../core/load.ts';
import { Layer } from './Layer.ts';
import css from './launcher.css?inline';
import { setCorner } from './setCorner.ts';
import { offeredLanguage } from './texts/language.ts';

type Labels = readonly [open: string, close: string, unread: string];

const labels: Record<string, Labels> & { en: Labels } = {
  en: ['Open chat', 'Close chat', 'Unread messages: {count}'],
  de: ['Chat öffnen', 'Chat schließen', 'Ungelesene Nachrichten: {count}'],
};

const icon =
  'M12 4c5 0 8.5 3.1 8.5 7s-3.5 7-8.5 7a11 11 0 0 1-2.6-.3L5 20l.8-3.4A6.6 6.6 0 0 1 3.5 11C3.5 7.1 7 4 12 4Z';

/** The round button that opens the chat; without Preact, because it is on every page. */
export class Launcher {
  readonly #boot: WidgetBoot;
  readonly #button = document.createElement('button');
  #badge: HTMLElement = document.createElement('span');
  readonly #told = document.createElement('p');
  readonly #language: string;
  #labels: Labels;
  #state = { visible: false, unread: 0, open: false };
  #layer: Layer | undefined;

  /** `onNear`: the chat will probably be opened in a moment. */
  constructor({ boot, onToggle, onNear }: { boot: WidgetBoot; onToggle(): void; onNear?(): void }) {
    this.#boot = boot;
    this.#language = offeredLanguage(boot.language, boot.languages);
    const own = labels[this.#language];
    this.#labels = own ?? labels.en;
    const button = this.#button;
    button.type = 'button';
    button.className = 'launcher';
    name(button, 'launcher');
    button.ariaHasPopup = 'dialog';
    button.onclick = onToggle;
    button.onpointerenter = button.onfocus = onNear ?? null;
    this.#badge.className = 'unread';
    name(this.#badge, 'unread');
    this.#told.className = 'told';
    this.#told.role = 'status';
    button.append(picture(), this.#badge);
    if (!own) this.#translate();
  }

  update(state: { visible: boolean; unread: number; open: boolean }): void {
    const more = state.unread > this.#state.unread && !state.open;
    this.#state = state;
    if (!state.visible) {
      this.close();
      return;
    }
    this.#show();
    if (more || !state.unread) this.#told.textContent = state.unread ? this.#count() : '';
  }

  close(): void {
    this.#layer?.close();
    this.#layer = undefined;
  }

  #show(): void {
    const { unread, open } = this.#state;
    const label = this.#labels[open ? 1 : 0];
    this.#button.ariaExpanded = `${open}`;
    this.#button.ariaLabel = unread ? `${label}. ${this.#count()}` : label;
    // A fresh one each time: one that grows would count as a shift of the page's layout.
    const badge = this.#badge.cloneNode() as HTMLElement;
    badge.textContent = unread > 99 ? '99+' : `${unread}`;
    badge.hidden = !unread;
    this.#badge.replaceWith(badge);
    this.#badge = badge;
    if (this.#layer) return;
    this.#layer = new Layer(this.#language, css);
    setCorner(this.#layer.element, this.#boot.widget);
    this.#layer.element.append(this.#button, this.#told);
  }

  #count(): string {
    return this.#labels[2].replace('{count}', `${this.#state.unread}`);
  }

  #translate(): void {
    load(() => import('./texts/chat/loadTexts.ts'))
      .then(({ loadTexts }) => loadTexts(this.#boot))
      .then(({ texts: { open, close, unread } }) => {
        this.#labels = [open, close, unread];
        if (this.#layer) this.#show();
      })
      .catch(() => {});
  }
}

function name(element: HTMLElement, part: string): void {
  element.dataset['cv'] = part;
  element.setAttribute('part', part);
}

function picture(): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.ariaHidden = 'true';
  for (const d of [icon, 'M6.5 9.5l5.5 5.5 5.5-5.5']) {
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
