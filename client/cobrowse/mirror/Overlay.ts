import type { CobrowseMark } from '#protocol/cobrowse.ts';
import { hueOf } from '../hueOf.ts';
import type { Box, FromViewer, MirrorList } from './messages.ts';

interface OverlayOptions {
  language: string;
  choose(node: number, options: number[]): void;
}

const SVG = 'http://www.w3.org/2000/svg';
const ARROW = 'M1 1v18l4.6-4.2 2.9 7 3-1.3-2.9-6.8H15z';

const moreIn = {
  en: { before: (count: string) => `${count} more above`, after: (count: string) => `${count} more` },
  de: { before: (count: string) => `${count} weitere darüber`, after: (count: string) => `${count} weitere` },
};

/** Drawn over the mirror: the visitor’s pointer, what agents show, a select’s list. Everything fades by itself. */
export class Overlay {
  readonly element = document.createElement('div');
  readonly #options: OverlayOptions;
  /** Moves with the page. */
  readonly #ofPage = document.createElement('div');
  readonly #strokes = document.createElementNS(SVG, 'svg');
  readonly #pointer = document.createElement('div');
  /** Around what the visitor sees of the page, while that is magnified. */
  readonly #visible = document.createElement('div');
  readonly #list = document.createElement('ul');
  /** By kind and agent, so that what one agent shows anew replaces what was there. */
  readonly #marks = new Map<string, HTMLElement>();
  readonly #paths = new Map<string, SVGPathElement>();

  constructor(options: OverlayOptions) {
    this.#options = options;
    this.element.className = 'overlay';
    this.#ofPage.className = 'ofPage';
    this.#ofPage.append(this.#strokes);
    this.#pointer.className = 'pointer';
    this.#pointer.dataset['cv'] = 'visitor-pointer';
    this.#pointer.hidden = true;
    const arrow = document.createElementNS(SVG, 'svg');
    arrow.setAttribute('viewBox', '0 0 16 22');
    const path = document.createElementNS(SVG, 'path');
    for (const [name, value] of Object.entries({ d: ARROW, fill: '#111', stroke: '#fff' })) {
      path.setAttribute(name, value);
    }
    arrow.append(path);
    this.#pointer.append(arrow);
    this.#visible.className = 'visible';
    this.#visible.hidden = true;
    this.#list.className = 'list';
    this.#list.hidden = true;
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', options.language.startsWith('de') ? 'Auswahl' : 'Choices');
    this.element.append(this.#visible, this.#ofPage, this.#pointer, this.#list);
  }

  /** `agent` is empty for the one who sits here. A highlight comes as an outline when its node has been found. */
  mark(agent: string, mark: CobrowseMark): void {
    switch (mark.mark) {
      case 'laser': {
        const dot = this.#renew('laser', agent);
        dot.style.transform = `translate(${mark.at.x}px, ${mark.at.y}px)`;
        return;
      }
      case 'pen':
        return this.#draw(agent, mark);
      case 'none':
        for (const [key, element] of this.#marks) if (key.endsWith(` ${agent}`)) element.remove();
        return;
      case 'highlight':
    }
  }

  hear(message: FromViewer): void {
    switch (message.type) {
      case 'pointer': {
        const { x, y, down, touch } = message;
        this.#pointer.hidden = touch && !down;
        this.#pointer.classList.toggle('down', down);
        this.#pointer.classList.toggle('touch', touch);
        this.#pointer.style.transform = `translate(${Number(x)}px, ${Number(y)}px)`;
        return;
      }
      case 'visible': {
        const scale = Number(message.scale);
        this.#visible.hidden = !(scale > 1.01);
        const share = `${100 / scale}%`;
        Object.assign(this.#visible.style, { width: share, height: share });
        this.#visible.style.transform = `translate(${Number(message.x)}px, ${Number(message.y)}px)`;
        return;
      }
      case 'scrolled':
        this.#ofPage.style.transform = `translate(${-Number(message.x)}px, ${-Number(message.y)}px)`;
        return;
      case 'outline':
        return this.#outline(message.agent, message.box);
      case 'list':
        return this.#open(message.list, message.own);
    }
  }

  clear(): void {
    this.#strokes.replaceChildren();
    for (const element of this.#marks.values()) element.remove();
    this.#marks.clear();
    this.#paths.clear();
    this.#pointer.hidden = true;
    this.#list.hidden = true;
  }

  /** Inserted anew, so that its fading begins anew. */
  #renew(kind: string, agent: string): HTMLElement {
    const key = `${kind} ${agent}`;
    this.#marks.get(key)?.remove();
    const element = document.createElement('div');
    element.className = kind;
    element.dataset['agent'] = agent;
    element.style.setProperty('--hue', hueOf(agent));
    this.#marks.set(key, element);
    this.#ofPage.append(element);
    element.addEventListener('animationend', () => {
      element.remove();
      if (this.#marks.get(key) === element) this.#marks.delete(key);
    });
    return element;
  }

  #draw(agent: string, { stroke, points, end }: CobrowseMark & { mark: 'pen' }): void {
    const key = `${stroke} ${agent}`;
    const steps = points.map(({ x, y }) => `L${x} ${y}`).join('');
    let path = this.#paths.get(key);
    if (!path) {
      path = document.createElementNS(SVG, 'path');
      path.classList.add('stroke');
      path.style.setProperty('--hue', hueOf(agent));
      path.addEventListener('animationend', () => this.#paths.get(key)?.remove());
      this.#strokes.append(path);
      this.#paths.set(key, path);
      path.setAttribute('d', `M${steps.slice(1)}`);
    } else path.setAttribute('d', `${path.getAttribute('d')}${steps}`);
    if (!end) return;
    path.classList.add('end');
    this.#paths.delete(key);
    path.addEventListener('animationend', () => path.remove());
  }

  #outline(agent: string | undefined, box: Box | undefined): void {
    if (!box) {
      this.#marks.get(`outline ${agent ?? ''}`)?.remove();
      return;
    }
    const outline = this.#renew('outline', agent ?? '');
    outline.classList.toggle('fading', agent !== undefined);
    Object.assign(outline.style, {
      width: `${Number(box.width) + 8}px`,
      height: `${Number(box.height) + 8}px`,
      transform: `translate(${Number(box.x) - 4}px, ${Number(box.y) - 4}px)`,
    });
  }

  #open(list: MirrorList | undefined, own: boolean): void {
    this.#list.hidden = !list;
    if (!list) return;
    const { node, at, multiple, options, from, count } = list;
    this.#list.classList.toggle('own', own);
    this.#list.setAttribute('aria-multiselectable', String(multiple));
    this.#list.replaceChildren(
      this.#more(from, 'before'),
      ...options.map(({ label, selected, disabled }, index) => {
        const item = document.createElement('li');
        item.textContent = String(label);
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', String(selected));
        item.setAttribute('aria-disabled', String(disabled));
        if (own && !disabled) item.addEventListener('click', () => this.#choose(node, from + index));
        return item;
      }),
      this.#more(count - from - options.length, 'after'),
    );
    Object.assign(this.#list.style, { left: `${at.x}px`, minWidth: `${at.width}px` });
    // Above it where there is no room below.
    const below = this.element.clientHeight - at.y - at.height;
    const isAbove = below < this.#list.offsetHeight && at.y > below;
    this.#list.style.top = `${isAbove ? at.y - this.#list.offsetHeight : at.y + at.height}px`;
    this.#list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  /** In place of options that are too many to be shown. */
  #more(count: number, where: 'before' | 'after'): HTMLElement | string {
    if (!(count > 0)) return '';
    const { language } = this.#options;
    const item = document.createElement('li');
    item.className = 'more';
    item.setAttribute('role', 'presentation');
    item.textContent = moreIn[language.startsWith('de') ? 'de' : 'en'][where](count.toLocaleString(language));
    return item;
  }

  #choose(node: number, index: number): void {
    this.#list.hidden = true;
    this.#options.choose(node, [index]);
  }
}
