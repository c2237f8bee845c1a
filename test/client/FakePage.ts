import { vi } from 'vitest';

/** Storage as browsers have it: it can be forbidden or full, and its writes are told. */
class FakeStorage {
  readonly #map = new Map<string, string>();
  readonly #tell: (storage: FakeStorage, key: string, value: string | null) => void;
  forbidden = false;
  full = false;

  constructor(tell: (storage: FakeStorage, key: string, value: string | null) => void) {
    this.#tell = tell;
  }

  get length(): number {
    return this.#map.size;
  }

  get keys(): string[] {
    return [...this.#map.keys()];
  }

  key(index: number): string | null {
    return this.keys[index] ?? null;
  }

  getItem(key: string): string | null {
    if (this.forbidden) throw new DOMException('forbidden', 'SecurityError');
    return this.#map.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.forbidden) throw new DOMException('forbidden', 'SecurityError');
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.#map.set(key, value);
    this.#tell(this, key, value);
  }

  removeItem(key: string): void {
    if (this.forbidden) throw new DOMException('forbidden', 'SecurityError');
    if (this.#map.delete(key)) this.#tell(this, key, null);
  }

  clear(): void {
    this.#map.clear();
  }
}

/** A page's title as text in an element, which is what `document.title` reads. */
class FakeDocument extends EventTarget {
  visibilityState: 'visible' | 'hidden' = 'visible';
  readonly titleElement = { textContent: 'Shop' };
  readonly head = { querySelector: () => this.titleElement };

  get title(): string {
    return this.titleElement.textContent.trim().replace(/\s+/g, ' ');
  }
}

/** A window that stands in no frame. */
class FakeWindow extends EventTarget {
  readonly parent = this;
}

/** What of a browser's page the client's logic touches; every tab of a test lives in it, with one storage. */
export class FakePage {
  readonly local = new FakeStorage((...change) => this.#tellStorage(...change));
  readonly session = new FakeStorage((...change) => this.#tellStorage(...change));
  readonly location = { href: 'https://shop.example/cart?item=7#top' };
  document = new FakeDocument();
  window = new FakeWindow();

  constructor() {
    this.#install();
  }

  /** The page is left and comes again: who listened is gone, what was stored is there. */
  reload(): void {
    this.window.dispatchEvent(new Event('pagehide'));
    this.document = new FakeDocument();
    this.window = new FakeWindow();
    this.#install();
  }

  show(visible: boolean): void {
    this.document.visibilityState = visible ? 'visible' : 'hidden';
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  #tellStorage(storageArea: FakeStorage, key: string, newValue: string | null): void {
    this.window.dispatchEvent(Object.assign(new Event('storage'), { storageArea, key, newValue }));
  }

  #install(): void {
    const { window, document, local, session, location } = this;
    const globals = {
      window,
      document,
      location,
      localStorage: local,
      sessionStorage: session,
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
      MutationObserver: class {
        observe(): void {}
        disconnect(): void {}
      },
    };
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  }
}
