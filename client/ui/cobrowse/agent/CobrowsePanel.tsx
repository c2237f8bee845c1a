import { render } from 'preact';
import { Layer } from '../../Layer.ts';
import panelCss from '../../panel.css?inline';
import { chosenLanguage, type Language } from '../../texts/language.ts';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import { CobrowsePanelView } from './CobrowsePanelView.tsx';
import css from './cobrowse.css?inline';
import { de } from './texts/de.ts';
import { en } from './texts/en.ts';

const textsIn = { de, en };

const panels = new Set<CobrowsePanel>();

/** The agent’s view of one session: a floating window, or docked in an element of the agent’s page. */
export class CobrowsePanel {
  readonly #language: 'en' | 'de';
  #stage: HTMLElement;
  readonly #layer: Layer;
  #closed = false;

  /** `stage` is the mirror. */
  constructor({ language, stage }: { language: Language; stage: HTMLElement }) {
    this.#language = chosenLanguage(language);
    this.#stage = stage;
    this.#layer = new Layer(this.#language, panelCss + css);
    this.#layer.element.style.setProperty('--cv-nth', String(panels.size % 5));
    panels.add(this);
  }

  /** Another mirror in place of the one before; seen from the next state on. */
  stage(stage: HTMLElement): void {
    this.#stage = stage;
  }

  show(state: CobrowsePanelState): void {
    if (this.#closed) return;
    render(
      <CobrowsePanelView texts={textsIn[this.#language]} state={state} stage={this.#stage} />,
      this.#layer.element,
    );
  }

  /** Docks the panel in the element, whose width it fills; without one it floats again. */
  attach(element: HTMLElement | undefined): void {
    this.#layer.dock(element);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    panels.delete(this);
    render(null, this.#layer.element);
    this.#layer.close();
  }
}
