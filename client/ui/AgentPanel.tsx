import { render } from 'preact';
import { Layer } from './Layer.ts';
import { type PanelState, PanelView } from './PanelView.tsx';
import css from './panel.css?inline';
import { plainName } from './plainName.ts';
import { de } from './texts/agent/de.ts';
import { en } from './texts/agent/en.ts';
import { chosenLanguage, type Language } from './texts/language.ts';

const textsIn = { de, en };

const panels = new Set<AgentPanel>();

/** The agent's view of one call: a floating window, or docked in an element of the agent's page. */
export class AgentPanel {
  readonly video = document.createElement('video');
  readonly #language: 'en' | 'de';
  readonly #layer: Layer;
  #closed = false;

  constructor({ language }: { language: Language }) {
    this.#language = chosenLanguage(language);
    this.#layer = new Layer(this.#language, css);
    this.#layer.element.style.setProperty('--cv-nth', String(panels.size % 5));
    panels.add(this);
    const { video } = this;
    video.className = 'video';
    video.setAttribute('part', 'video');
    video.dataset['cv'] = 'video';
    Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  }

  show(state: PanelState): void {
    if (this.#closed) return;
    const texts = textsIn[this.#language];
    const title = plainName(state.title);
    this.video.setAttribute('aria-label', texts.panel(title));
    render(<PanelView texts={texts} state={{ ...state, title }} video={this.video} />, this.#layer.element);
  }

  setStream(stream: MediaStream | undefined): void {
    if (this.video.srcObject === (stream ?? null)) return;
    this.video.srcObject = stream ?? null;
    if (stream) this.video.play().catch(() => {});
  }

  /** Docks the panel in the element, whose width it fills; without one it floats again. */
  attach(element: HTMLElement | undefined): void {
    this.#layer.dock(element);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    panels.delete(this);
    this.setStream(undefined);
    render(null, this.#layer.element);
    this.#layer.close();
  }
}
