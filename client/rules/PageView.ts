import type { RuleFacts, SiteState } from '#protocol/rules.ts';
import { KeptValue } from '../core/KeptValue.ts';
import type { StorageKind } from '../core/storedKeys.ts';
import { toJson } from '../core/toJson.ts';

/** Pages of a site whose visits are counted; the longest unvisited are forgotten. */
const COUNTED = 200;

/** A page without query and fragment. */
const pageOf = (href: string): string => href.split(/[?#]/, 1)[0] ?? '';

export interface PageViewOptions {
  kind: StorageKind;
  site: string;
  /** DOM events that came before the rules did, each with the page's address of then. */
  heard?: ReadonlyMap<string, string> | undefined;
  onEvent(): void;
}

/** What a visitor has done since the page was opened, or since it went to another address by itself. */
export class PageView {
  readonly #visits: KeptValue;
  readonly #events = new Set<string>();
  readonly #listening = new Set<string>();
  readonly #onEvent: () => void;
  readonly #heard: ReadonlyMap<string, string> | undefined;
  #address = pageOf(location.href);
  /** The page was there before the rules were. */
  #since = 0;
  #messageSent = false;
  #counted: number | undefined;
  readonly #hear = ({ type, target }: Event) => {
    if ((target !== window && target !== document) || this.#events.has(type)) return;
    this.#events.add(type);
    this.#onEvent();
  };

  constructor({ kind, site, heard, onEvent }: PageViewOptions) {
    this.#heard = heard;
    this.#visits = new KeptValue(kind, `visits:${site}`);
    this.#onEvent = onEvent;
  }

  /** Listens for the DOM events that the rules ask for, and counts the visit if they ask for that. */
  serve(rules: SiteState['rules']): void {
    for (const condition of rules.flatMap(({ conditions }) => conditions)) {
      if (condition.type === 'visits') this.#counted ??= this.#count();
      if (condition.type !== 'javascriptEvent' || this.#listening.has(condition.name)) continue;
      this.#listening.add(condition.name);
      const at = this.#heard?.get(condition.name);
      if (at !== undefined && pageOf(at) === this.#address) this.#events.add(condition.name);
      // In the window's capture phase, which events at the document pass too, whether they bubble or not.
      addEventListener(condition.name, this.#hear, true);
    }
  }

  /** Answers whether the page has gone to another address, with which a new view begins. */
  moved(): boolean {
    const page = pageOf(location.href);
    if (page === this.#address) return false;
    this.#address = page;
    this.#since = performance.now();
    this.#messageSent = false;
    this.#events.clear();
    if (this.#counted !== undefined) this.#counted = this.#count();
    return true;
  }

  sent(): void {
    this.#messageSent = true;
  }

  /** What another visitor has visited and said. */
  forget(): void {
    this.#visits.set(undefined);
    this.#messageSent = false;
    if (this.#counted !== undefined) this.#counted = this.#count();
  }

  get facts(): Omit<RuleFacts, 'agents' | 'open'> {
    return {
      url: location.href,
      secondsOnPage: (performance.now() - this.#since) / 1000,
      visits: this.#counted ?? 1,
      messageSent: this.#messageSent,
      events: [...this.#events],
    };
  }

  close(): void {
    for (const name of this.#listening) removeEventListener(name, this.#hear, true);
    this.#visits.close();
  }

  #count(): number {
    const counts = this.#read();
    const count = (counts.get(this.#address) ?? 0) + 1;
    counts.delete(this.#address);
    counts.set(this.#address, count);
    this.#visits.set(toJson([...counts].slice(-COUNTED)));
    return count;
  }

  #read(): Map<string, number> {
    try {
      const kept: unknown = JSON.parse(this.#visits.refresh() ?? '[]');
      return new Map((kept as [string, number][]).filter(([, count]) => Number.isSafeInteger(count)));
    } catch {
      return new Map();
    }
  }
}
