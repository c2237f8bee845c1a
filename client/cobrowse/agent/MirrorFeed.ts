import type { CobrowseCapability, CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';
import { readFrameHeader } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import type { Wire } from '../../core/Wire.ts';
import type { MirrorMode } from '../mirror/messages.ts';
import type { Mirror } from './Face.ts';
import { MirrorAssets } from './MirrorAssets.ts';

interface MirrorFeedOptions {
  wire: Pick<Wire, 'request'>;
  boot: Pick<WidgetBoot, 'host' | 'site'>;
  token: string;
  onChange(): void;
  onMark(mark: CobrowseMark): void;
  onCommand(command: CobrowseCommand): void;
}

/** Bytes of frames that wait until the mirror has been loaded; what is more is asked for anew. */
const MAX_EARLY = 16 * 1024 * 1024;

/** Everything that goes into one mirror and comes out of it. */
export class MirrorFeed {
  shown = false;
  paused = false;
  progress: { done: number; total: number } | undefined;
  page: { url: string; title?: string } | undefined;
  /** As large as at the visitor, instead of fitted. */
  actual = false;
  readonly #options: MirrorFeedOptions;
  #session: CobrowseId | undefined;
  #mirror: Mirror | undefined;
  #assets: MirrorAssets | undefined;
  #mode: [MirrorMode, readonly CobrowseCapability[]] = ['view', []];
  #early: ArrayBuffer[] = [];
  #earlyBytes = 0;
  /** The whole page has been asked for and not come yet. */
  #refreshing = false;
  #closed = false;

  constructor(options: MirrorFeedOptions) {
    this.#options = options;
  }

  /** The session’s id is known. */
  follow(session: CobrowseId): void {
    if (this.#session || this.#closed) return;
    this.#session = session;
    const { boot, token } = this.#options;
    this.#assets = new MirrorAssets({
      boot,
      session,
      token,
      on: (hash, mime, bytes) => this.#mirror?.asset(hash, mime, bytes),
    });
  }

  /** The mirror has been loaded. */
  show(mirror: Mirror): void {
    if (this.#closed) return mirror.close();
    this.#mirror = mirror;
    mirror.on('shown', () => this.#change({ shown: true, progress: undefined }));
    mirror.on('page', (page) => this.#change({ page }));
    mirror.on('paused', (paused) => this.#change({ paused }));
    mirror.on('progress', (progress) => this.#change({ progress }));
    mirror.on('gap', () => this.#refresh());
    mirror.on('wants', (hashes) => this.#assets?.want(hashes));
    mirror.on('mark', (mark) => this.#options.onMark(mark));
    mirror.on('command', (command) => this.#mode[0] === 'control' && this.#options.onCommand(command));
    mirror.mode(...this.#mode);
    const early = this.#early;
    this.#early = [];
    if (this.#earlyBytes > MAX_EARLY) this.#refresh();
    else for (const frame of early) mirror.frame(frame);
  }

  frame(frame: ArrayBuffer): void {
    if (this.#closed) return;
    const header = readFrameHeader(new Uint8Array(frame));
    if (header?.kind === 'full') this.#refreshing = false;
    if (this.#mirror) {
      this.#mirror.frame(frame);
      return;
    }
    if (header?.kind === 'full' && header.seq === 0) {
      this.#early = [];
      this.#earlyBytes = 0;
    }
    this.#earlyBytes += frame.byteLength;
    if (this.#earlyBytes > MAX_EARLY) this.#early = [];
    else this.#early.push(frame);
  }

  mode(mode: MirrorMode, capabilities: readonly CobrowseCapability[]): void {
    const [before, had] = this.#mode;
    if (before === mode && had.join() === capabilities.join()) return;
    this.#mode = [mode, capabilities];
    this.#mirror?.mode(mode, capabilities);
  }

  setActual(actual: boolean): void {
    this.actual = actual;
    this.#mirror?.zoom(actual ? 1 : 'fit');
    this.#options.onChange();
  }

  mark(agent: string, mark: CobrowseMark): void {
    this.#mirror?.mark(agent, mark);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    this.#assets?.close();
    this.#mirror?.close();
  }

  #change(
    changed: Partial<Pick<MirrorFeed, 'shown' | 'paused' | 'page'>> & { progress?: MirrorFeed['progress'] },
  ): void {
    Object.assign(this, changed);
    this.#options.onChange();
  }

  #refresh(): void {
    const id = this.#session;
    if (!id || this.#refreshing || this.#closed) return;
    this.#refreshing = true;
    this.#options.wire.request('cobrowse.refresh', { id }).catch(() => {
      this.#refreshing = false;
    });
  }
}
