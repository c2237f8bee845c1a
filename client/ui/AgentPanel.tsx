import { render } from 'preact';
import type { CallState, EndReason } from '#protocol/calling.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { Layer } from './Layer.ts';
import { PanelView } from './PanelView.tsx';
import css from './panel.css?inline';
import { de } from './texts/agent/de.ts';
import { en } from './texts/agent/en.ts';
import { chosenLanguage, type Language } from './texts/language.ts';

const textsIn = { de, en };

export interface PanelState {
  /** Who is called. */
  title: string;
  state: CallState;
  reason?: EndReason;
  /** ISO 8601; without it the duration counts from when this panel first saw the call active. */
  activeAt?: string;
  shareAgain: boolean;
  visitorOnline: boolean;
  /** Whether this agent's own connection stands. */
  connected: boolean;
  error?: string;
  /** Lets the panel say the common errors in its own language. */
  errorCode?: ErrorCode;
  end(): void;
  dismiss(): void;
}

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
    this.video.setAttribute('aria-label', texts.panel(state.title));
    render(<PanelView texts={texts} state={state} video={this.video} />, this.#layer.element);
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
