import type { WidgetBoot } from '#protocol/site.ts';
import { toJson } from '../../core/toJson.ts';
import { rewriteCss } from '../assets/rewriteCss.ts';
import { Privacy } from '../privacy/Privacy.ts';
import { type Begin, policyOf, type Told } from './farFrame.ts';
import { Recorder } from './Recorder.ts';

type Asset = Told['assets'][number];

/** Records this page, which is in a frame, for the page around it: that one has the visitor’s consent, and sends it. */
export class FrameGuest {
  static #only: FrameGuest | undefined;
  readonly #port: MessagePort;
  readonly #recorder: Recorder;
  readonly #numbers = new Map<string, number>();
  #news: Asset[] = [];

  /** A stranger gets nothing; whoever may begin replaces who did before. */
  static begin(boot: WidgetBoot, origin: string, begin: Begin, port: MessagePort): void {
    if (!boot.cobrowse || !policyOf(boot).trusts(origin)) return port.close();
    FrameGuest.#only?.stop();
    FrameGuest.#only = new FrameGuest(boot.cobrowse.privacy, begin, port);
  }

  private constructor(
    rules: ConstructorParameters<typeof Privacy>[0],
    { firstId, masked, pictures }: Begin,
    port: MessagePort,
  ) {
    this.#port = port;
    this.#recorder = new Recorder({
      document,
      privacy: new Privacy({
        ...rules,
        ...(masked && { maskAll: true, unmask: [] }),
        ...(masked && !pictures && { mask: [':root'] }),
      }),
      assets: {
        of: (url, kind, base) => this.#assetOf(url, kind, base),
        css: (text, base) => rewriteCss(text, (url, kind) => this.#assetOf(url, kind, base)),
        styleOf: (url) => this.#assetOf(url, 'style', document.baseURI),
      },
      emit: (events, kind) => {
        const told: Told = { events: toJson(events), isPointer: kind === 'pointer', assets: this.#news };
        this.#news = [];
        port.postMessage(told);
      },
      firstId,
    });
    // Whatever comes means to stop.
    port.onmessage = () => this.stop();
    port.addEventListener('close', () => this.stop());
    this.#recorder.start();
  }

  stop(): void {
    this.#recorder.stop();
    this.#port.close();
  }

  #assetOf(url: string, kind: Asset[2], base: string): string {
    if (!url) return '';
    const key = `${kind} ${base} ${url}`;
    const known = this.#numbers.get(key);
    const n = known ?? this.#numbers.size;
    if (known === undefined) {
      this.#numbers.set(key, n);
      this.#news.push([n, url, kind, base]);
    }
    return `asset:~${n}~`;
  }
}
