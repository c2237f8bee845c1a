import { CvError } from '#protocol/errors.ts';
import { complain } from '../../../core/complain.ts';
import type { PageShare } from '../PageShare.ts';

/** How long the server takes a code, in milliseconds. */
const CODE_MS = 10 * 60_000;

/** From the chat to the sharing of the page; keeps the code that was given for as long as it is good. */
export class ShareEntry {
  readonly #share: PageShare;
  readonly #onChange: () => void;
  readonly #undo: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  code: string | undefined;
  /** Neither the page nor a code could be given. */
  hasFailed = false;

  constructor(share: PageShare, onChange: () => void) {
    this.#share = share;
    this.#onChange = onChange;
    this.#undo = share.on('changed', () => {
      // From here on the banner shows it.
      if (share.isSharing) this.#take(undefined);
      onChange();
    });
  }

  get isSharing(): boolean {
    return this.#share.isSharing;
  }

  /** The site asks whether to share the page. */
  get isOffered(): boolean {
    return this.#share.isOffered;
  }

  refuse(): void {
    this.#share.refuse();
  }

  /** Resolves when it is known whether the page is shared. */
  async start(): Promise<boolean> {
    this.#share.offer(false);
    return (await this.#try(() => this.#share.start())) !== undefined;
  }

  stop(): void {
    void this.#share.stop();
  }

  async giveCode(): Promise<void> {
    const code = await this.#try(() => this.#share.code());
    if (code) this.#take(code);
  }

  /** Takes away what was given or told. */
  forget(): void {
    this.#take(undefined);
  }

  close(): void {
    this.#undo();
    clearTimeout(this.#timer);
  }

  async #try<Given>(act: () => Promise<Given>): Promise<Given | undefined> {
    this.#take(this.code);
    try {
      return await act();
    } catch (error) {
      // Who declined, or was told by the banner's last words, needs no more of them.
      const isTold = error instanceof CvError && ['DECLINED', 'AGENT_OFFLINE', 'CONFLICT'].includes(error.code);
      if (!isTold) {
        complain(error);
        this.hasFailed = true;
        this.#onChange();
      }
      return undefined;
    }
  }

  #take(code: string | undefined): void {
    if (code !== this.code) {
      clearTimeout(this.#timer);
      if (code) this.#timer = setTimeout(() => this.#take(undefined), CODE_MS);
    }
    this.code = code;
    this.hasFailed = false;
    this.#onChange();
  }
}
