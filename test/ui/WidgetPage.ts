import axe from 'axe-core';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { complaintsOf } from './complaintsOf.ts';
import { nextFrames } from './nextFrames.ts';

/** A page with parts of the widget on it; what they call back the page keeps in `window.called`. */
export abstract class WidgetPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  /** CSP violations and uncaught errors, in the browser's own words. */
  readonly complaints: string[];

  protected constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    this.complaints = complaintsOf(page);
  }

  part(name: string): Locator {
    return this.page.locator(`[data-cv="${name}"]`);
  }

  called(): Promise<string[]> {
    return this.page.evaluate('window.called');
  }

  /** The data-cv (or id) of what has the focus, shadow roots included. */
  focused(): Promise<string> {
    return this.page.evaluate(`(() => {
      let element = document.activeElement;
      while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      return element.dataset.cv || element.id || element.tagName;
    })()`);
  }

  /** Resolves when what came last has been drawn, and all that waits for that has run: what is not there by now never comes. */
  async settled(): Promise<void> {
    await this.page.evaluate(nextFrames);
  }

  /** Resolves when everything is said, and nothing moves any more but what moves for ever. */
  async still(): Promise<void> {
    await this.page.evaluate(`(async () => {
      const moves = (one) => one.effect.getComputedTiming().iterations === 1 && one.playState !== 'finished';
      const roots = () => [...document.querySelectorAll('coview-widget')].map(({ shadowRoot }) => shadowRoot);
      await ${nextFrames};
      do await new Promise(requestAnimationFrame);
      while (roots().some((root) => root.getAnimations().some(moves)));
    })()`);
  }

  /** What axe-core finds against WCAG 2.2 AA, within the widget. */
  async axe(): Promise<string[]> {
    await this.still();
    await this.page.evaluate(axe.source);
    return this.page.evaluate(`axe.run('coview-widget', {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { region: { enabled: false } },
    }).then(({ violations }) => violations.map(
      ({ id, nodes }) => id + ': ' + nodes.map((n) => n.html.slice(0, 90) + ' ' + n.any.map((a) => a.message)).join(' | '),
    ))`);
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
