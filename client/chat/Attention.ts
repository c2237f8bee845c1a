import { load } from '../core/load.ts';
import { setTitleBadge } from '../presence/pageTitle.ts';

/** A page that puts its own title back each time must not be answered in the same moment, for ever; milliseconds. */
const AGAIN_MS = 500;

/** Calls for the visitor's attention while the page is not in front: a count in the title, a short sound. */
export class Attention {
  readonly #sound: boolean;
  #unread = 0;
  /** Browsers let a page sound only after a person has touched it. */
  #touched = navigator.userActivation?.hasBeenActive ?? false;
  readonly #watch = new MutationObserver(() => {
    this.#again ??= setTimeout(() => this.#show(), AGAIN_MS);
  });
  #again: ReturnType<typeof setTimeout> | undefined;
  readonly #onVisibility = () => this.#show();
  readonly #onTouch = () => {
    this.#touched = true;
    this.#forgetTouch();
  };

  constructor({ sound }: { sound: boolean }) {
    this.#sound = sound;
    document.addEventListener('visibilitychange', this.#onVisibility);
    if (!sound || this.#touched) return;
    addEventListener('pointerdown', this.#onTouch, true);
    addEventListener('keydown', this.#onTouch, true);
  }

  set unread(unread: number) {
    if (this.#unread === unread) return;
    this.#unread = unread;
    this.#show();
  }

  /** A message has come. */
  call(id: string): void {
    if (!this.#sound || !this.#touched || document.visibilityState === 'visible') return;
    const { locks } = navigator;
    if (!locks) return void sound();
    // Of the visitor's tabs one sounds.
    void locks.request(`coview:sound:${id}`, { ifAvailable: true }, async (lock) => {
      if (lock) await sound();
    });
  }

  close(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#forgetTouch();
    this.unread = 0;
  }

  #forgetTouch(): void {
    removeEventListener('pointerdown', this.#onTouch, true);
    removeEventListener('keydown', this.#onTouch, true);
  }

  #show(): void {
    const wanted = this.#unread > 0 && document.visibilityState === 'hidden';
    this.#watch.disconnect();
    clearTimeout(this.#again);
    this.#again = undefined;
    setTitleBadge(wanted ? `(${this.#unread}) ` : '');
    // The page may change its title meanwhile.
    if (wanted) this.#watch.observe(document.head, { childList: true, subtree: true, characterData: true });
  }
}

async function sound(): Promise<void> {
  const { beep } = await load(() => import('./beep.ts'));
  await beep();
}
