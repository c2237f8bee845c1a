import { signal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Site, SiteChange, SiteSettings } from '#protocol/site.ts';
import type { CV } from '../cv.ts';
import { codeOf } from '../texts/failure.ts';

/** The site's settings; every change is kept at once. */
export class SiteStore {
  readonly settings = signal<SiteSettings | undefined>(undefined);
  readonly state = signal<'idle' | 'saving' | 'saved'>('idle');
  readonly error = signal<ErrorCode | undefined>(undefined);
  readonly #cv: CV;
  /** One change after the other, so that the last answer is the last change's. */
  #last: Promise<unknown>;

  constructor(cv: CV) {
    this.#cv = cv;
    this.#last = this.#ask('GET');
  }

  save(settings: SiteChange): Promise<unknown> {
    this.state.value = 'saving';
    this.#last = this.#last.then(() => this.#ask('PUT', { settings }));
    return this.#last;
  }

  async #ask(verb: string, body?: unknown): Promise<void> {
    try {
      const site = await this.#cv.rest.request<Site>(verb, 'site', body);
      this.settings.value = site.settings;
      this.error.value = undefined;
      this.state.value = body ? 'saved' : 'idle';
    } catch (error) {
      this.error.value = codeOf(error);
      this.state.value = 'idle';
      // What is shown goes back to what is kept.
      if (this.settings.value) this.settings.value = { ...this.settings.value };
    }
  }
}
