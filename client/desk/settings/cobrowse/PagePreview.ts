import type { EventType } from '@rrweb/types';
import type { CobrowsePrivacy } from '#protocol/cobrowse.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { AssetBook } from '../../../cobrowse/assets/AssetBook.ts';
import { FrameSender } from '../../../cobrowse/FrameSender.ts';
import type { MirrorFrame } from '../../../cobrowse/mirror/MirrorFrame.ts';
import { Privacy } from '../../../cobrowse/privacy/Privacy.ts';
import { Recorder } from '../../../cobrowse/record/Recorder.ts';

/** Records a page as a visitor's is recorded, straight into a mirror beside it: nothing of it leaves this browser. */
export class PagePreview {
  readonly #page: Document;
  readonly #mirror: MirrorFrame;
  readonly #session = newId<CobrowseId>('cb');
  readonly #assets: AssetBook;
  readonly #kept = new Map<string, { mime: string; bytes: ArrayBuffer }>();
  readonly #unhear: (() => void)[];
  #stream = 0;
  #recorder: Recorder | undefined;
  #sender: FrameSender | undefined;
  #rules: CobrowsePrivacy | undefined;

  constructor(page: Document, mirror: MirrorFrame) {
    this.#page = page;
    this.#mirror = mirror;
    this.#assets = new AssetBook({
      host: location.origin,
      site: 'preview',
      session: this.#session,
      token: () => '',
      missing: async (hashes) => hashes,
      on: (n, hash, type) => this.#tellAsset(n, hash, type),
      fetch: (input, init) => this.#fetch(input, init),
    });
    this.#unhear = [
      mirror.on('wants', (hashes) => {
        for (const hash of hashes) this.#give(hash);
      }),
      mirror.on('gap', () => this.#rules && this.show(this.#rules)),
    ];
  }

  /** From the whole page on, by these rules. */
  show(rules: CobrowsePrivacy): void {
    this.#rules = rules;
    this.#stop();
    const sender = new FrameSender({
      wire: { connected: true, waiting: 0, sendFrame: (frame) => this.#mirror.frame(ownBuffer(frame)) },
      session: this.#session,
      stream: ++this.#stream,
      onBehind: () => {},
    });
    this.#sender = sender;
    this.#assets.forget();
    this.#recorder = new Recorder({
      document: this.#page,
      privacy: new Privacy(rules),
      assets: this.#assets,
      emit: (events, kind, more) => sender.send(events, kind, more),
    });
    this.#recorder.start();
  }

  close(): void {
    this.#stop();
    this.#rules = undefined;
    for (const undo of this.#unhear) undo();
    this.#assets.close();
  }

  #stop(): void {
    this.#recorder?.stop();
    this.#sender?.stop();
  }

  #tellAsset(n: number, hash: string | null, type: string): void {
    const data = { tag: 'cv.asset', payload: { n, hash, type } };
    this.#sender?.send([{ type: 5 as EventType.Custom, data, timestamp: Date.now() }], 'delta');
  }

  #give(hash: string): void {
    const asset = this.#kept.get(hash);
    // The mirror takes what it is given, and may want it again.
    this.#mirror.asset(hash, asset?.mime ?? '', asset?.bytes.slice(0) ?? null);
  }

  /** What would go to the server stays here; what it would fetch for a visitor is not to be had. */
  async #fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const address = input instanceof Request ? input.url : String(input);
    if (!address.startsWith(`${location.origin}/cobrowse/`)) return fetch(input, init);
    const [, hash] = /\/assets\/([0-9a-f]{64})$/.exec(address) ?? [];
    if (init?.method !== 'POST' || !hash) return new Response(null, { status: 404 });
    const bytes = await new Response(init.body).arrayBuffer();
    this.#kept.set(hash, { mime: new Headers(init.headers).get('content-type') ?? '', bytes });
    return new Response(null, { status: 201 });
  }
}

const ownBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
