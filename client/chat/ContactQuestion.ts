import type { VisitorId } from '#protocol/ids.ts';
import type { Person } from '#protocol/person.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { Contact } from '#protocol/tag.ts';
import { KeptValue } from '../core/KeptValue.ts';

/** How can agents reach whoever writes here? Nobody is asked twice, nor whom the page has named. */
export class ContactQuestion {
  /** Which visitor of this browser was asked. */
  readonly #asked: KeptValue;
  #filled: Contact | undefined;

  constructor({ sessionIds, site }: WidgetBoot) {
    this.#asked = new KeptValue(sessionIds ? 'session' : 'local', `asked:${site}`);
  }

  /** What is written of the answer so far. */
  get filled(): Contact | undefined {
    return this.#filled;
  }

  fill(contact: Contact | undefined): void {
    this.#filled = contact?.name || contact?.email ? contact : undefined;
  }

  /** Answered, or not to be. */
  close(visitorId: VisitorId | undefined): void {
    this.#asked.set(visitorId);
  }

  isOpen(visitorId: VisitorId | undefined, person: Person | undefined): boolean {
    return !(person?.id ?? person?.email) && this.#asked.refresh() !== visitorId;
  }
}
