import { isDeepStrictEqual } from 'node:util';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import type { TabId } from '#protocol/ids.ts';
import type { Outlet } from '#signaling/gateway/Outlet.ts';
import type { Tab } from '#signaling/presence/Visitor.ts';
import type { CobrowseTerms } from './Cobrowse.ts';
import type { FrameRelay } from './FrameRelay.ts';

export interface RecordingOptions {
  terms: Pick<CobrowseTerms, 'id' | 'visitorId'>;
  frames: Pick<FrameRelay, 'record' | 'still'>;
  outlet: Pick<Outlet, 'toVisitorTab'>;
  /** The site’s, as they are now. */
  rules(): CobrowsePrivacy;
}

/** Which page records now, and under which stream's number. */
export class Recording {
  readonly #options: RecordingOptions;
  #stream = 0;
  /** The page changes faster than it can be sent; what is shown is of before. */
  paused = false;
  #rules: CobrowsePrivacy | undefined;
  #by: { readonly tab: TabId; readonly socketId: string } | undefined;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  get tab(): TabId | undefined {
    return this.#by?.tab;
  }

  /** Whether anything was ever asked for. */
  get begun(): boolean {
    return this.#stream > 0;
  }

  /** This page is to record, unless it does already; without one that is connected, it goes on as it was. */
  by({ id: tab, socketId }: Tab): void {
    if (socketId === undefined || (this.#by?.tab === tab && this.#by.socketId === socketId)) return;
    if (this.#by && this.#by.tab !== tab) this.#tellStill(this.#by.tab);
    this.#by = { tab, socketId };
    this.again();
  }

  /** The whole page anew. */
  again(): void {
    if (!this.#by) return;
    const { terms, frames, outlet, rules } = this.#options;
    const { tab } = this.#by;
    this.#rules = rules();
    this.#stream++;
    this.paused = false;
    frames.record(terms.id, { visitorId: terms.visitorId, tab }, this.#stream);
    outlet.toVisitorTab(terms.visitorId, tab, 'cobrowse.record', {
      id: terms.id,
      stream: this.#stream,
      privacy: this.#rules,
    });
  }

  /** What the site hides may have changed. */
  refresh(): void {
    if (!isDeepStrictEqual(this.#rules, this.#options.rules())) this.again();
  }

  /** Nobody watches. */
  stop(): void {
    if (!this.#by) return;
    this.#options.frames.still(this.#options.terms.id);
    this.#tellStill(this.#by.tab);
    this.#by = undefined;
    this.paused = false;
  }

  #tellStill(tab: TabId): void {
    const { terms, outlet } = this.#options;
    outlet.toVisitorTab(terms.visitorId, tab, 'cobrowse.still', { id: terms.id });
  }
}
