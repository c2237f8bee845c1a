import { signal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Site, SiteChange, SiteSettings } from '#protocol/site.ts';
import type { CV } from '../../page/CV.ts';
import { codeOf } from '../texts/failure.ts';

const GROUPS = ['identity', 'widget', 'chat', 'routing', 'privacy', 'cobrowse'];

/** The site's settings; every change is shown at once, and kept as soon as the server has it. */
export class SiteStore {
  readonly settings = signal<SiteSettings | undefined>(undefined);
  readonly state = signal<'idle' | 'saving' | 'saved'>('idle');
  readonly error = signal<ErrorCode | undefined>(undefined);
  readonly #cv: CV;
  #kept: SiteSettings | undefined;
  /** On their way to the server, in order. */
  #changes: readonly SiteChange[] = [];
  /** One change after the other, so that the last answer is the last change's. */
  #last: Promise<unknown>;

  constructor(cv: CV) {
    this.#cv = cv;
    this.#last = this.#ask('GET');
  }

  save(settings: SiteChange): Promise<unknown> {
    this.#changes = [...this.#changes, settings];
    this.state.value = 'saving';
    this.#show();
    this.#last = this.#last.then(() => this.#ask('PUT', { settings }));
    return this.#last;
  }

  async #ask(verb: string, body?: { settings: SiteChange }): Promise<void> {
    try {
      this.#kept = (await this.#cv.rest.request<Site>(verb, 'site', body)).settings;
      this.error.value = undefined;
    } catch (error) {
      this.error.value = codeOf(error);
    }
    this.#changes = this.#changes.filter((change) => change !== body?.settings);
    if (this.#changes.length === 0) this.state.value = body && !this.error.value ? 'saved' : 'idle';
    this.#show();
  }

  #show(): void {
    if (this.#kept) this.settings.value = this.#changes.reduce(changed, { ...this.#kept });
  }
}

/** As the server does it: what a group leaves out stays. Always a new object, so that fields show what is kept. */
function changed(settings: SiteSettings, change: SiteChange): SiteSettings {
  const next: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(change)) {
    const group = GROUPS.includes(name) && typeof value === 'object';
    next[name] = group ? { ...(next[name] as object), ...value } : value;
  }
  return next as SiteSettings;
}
