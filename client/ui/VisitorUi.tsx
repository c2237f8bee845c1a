import { render } from 'preact';
import type { EndReason } from '#protocol/calling.ts';
import { Consent } from './Consent.tsx';
import { Layer } from './Layer.ts';
import { Notice } from './Notice.tsx';
import { plainName } from './plainName.ts';
import { Toast } from './Toast.tsx';
import { chosenLanguage, type Language } from './texts/language.ts';
import { de } from './texts/visitor/de.ts';
import { en, type VisitorTexts } from './texts/visitor/en.ts';
import css from './visitor.css?inline';

const textsIn = { de, en };

/** What the visitor sees of a call. */
export type VisitorScreen =
  | { kind: 'hidden' }
  /** `accept` is called inside the click: the browser's picker opens only there. */
  | { kind: 'offer'; agent: string; ringMs: number; accept(): void; decline(): void }
  /** The browser's picker is open, or the picture is on its way. */
  | { kind: 'choosing'; agent: string; cancel(): void }
  | { kind: 'sharing'; agent: string; agentOnline: boolean; connected: boolean; end(): void }
  /** After a change of page the browser demands a click. */
  | { kind: 'share-again'; agent: string; accept(): void; end(): void }
  | { kind: 'over'; agent: string; reason: EndReason; dismiss(): void };

/** The visitor's consent, banner and closing words. While hidden, the page carries nothing of it. */
export class VisitorUi {
  readonly #language: 'en' | 'de';
  #layer: Layer | undefined;
  #closed = false;

  constructor({ language }: { language: Language }) {
    this.#language = chosenLanguage(language);
  }

  show(screen: VisitorScreen): void {
    if (this.#closed) return;
    if (screen.kind === 'hidden') {
      this.#clear();
      return;
    }
    this.#layer ??= new Layer(this.#language, css);
    // Nothing in a name turns what stands beside it.
    const shown = { ...screen, agent: plainName(screen.agent) };
    render(<Screen screen={shown} texts={textsIn[this.#language]} />, this.#layer.element);
  }

  close(): void {
    this.#closed = true;
    this.#clear();
  }

  #clear(): void {
    if (!this.#layer) return;
    render(null, this.#layer.element);
    this.#layer.close();
    this.#layer = undefined;
  }
}

function Screen({ screen, texts }: { screen: Exclude<VisitorScreen, { kind: 'hidden' }>; texts: VisitorTexts }) {
  switch (screen.kind) {
    case 'offer':
      return <Consent texts={texts} offer={screen} />;
    case 'choosing':
    case 'sharing':
    case 'share-again':
      return <Notice texts={texts} screen={screen} />;
    case 'over':
      return <Toast texts={texts} told={texts.over[screen.reason](screen.agent)} dismiss={() => screen.dismiss()} />;
  }
}
