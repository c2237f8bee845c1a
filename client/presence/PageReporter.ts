import type { PageInfo } from '#protocol/presence.ts';
import type { Connection } from '../core/Connection.ts';
import { pageTitle } from './pageTitle.ts';

/** Changes within this time are told together, in milliseconds. */
const SETTLE_MS = 250;

/** Addresses and titles are cut to what the contract takes. */
function pageInfo(): PageInfo {
  return {
    url: location.href.slice(0, 2000),
    title: pageTitle().slice(0, 300),
    state: document.visibilityState === 'visible' ? 'active' : 'background',
    screen: typeof navigator.mediaDevices?.getDisplayMedia === 'function',
  };
}

/** Tells the server when the page's address, title or visibility changes, single-page apps included. */
export class PageReporter {
  #connection: Connection | undefined;
  #told: PageInfo | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What the page is now, for a handshake; from then on what changes is told. */
  report(): PageInfo {
    this.#told = pageInfo();
    return this.#told;
  }

  follow(connection: Connection): void {
    this.#connection = connection;
    const soon = () => {
      this.#timer ??= setTimeout(() => this.#tell(), SETTLE_MS);
    };
    document.addEventListener('visibilitychange', () => this.#tell());
    addEventListener('popstate', soon);
    addEventListener('hashchange', soon);
    // A page that routes by itself shows it in the title sooner or later; `navigation` says it at once where it exists.
    (window as { navigation?: EventTarget }).navigation?.addEventListener('navigatesuccess', soon);
    new MutationObserver(soon).observe(document.head, { childList: true, subtree: true, characterData: true });
    connection.on('connected', (connected) => {
      if (connected) this.#tell();
    });
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const told = this.#told;
    if (!told || !this.#connection?.connected) return;
    const page = pageInfo();
    const changed = Object.entries(page).filter(([key, value]) => told[key as keyof PageInfo] !== value);
    if (changed.length === 0) return;
    this.#told = page;
    this.#connection.request('presence.page', Object.fromEntries(changed)).catch(() => {});
  }
}
