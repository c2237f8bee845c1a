import type { EventType, eventWithTime } from '@rrweb/types';
import type { CobrowseCapability, CobrowseCommand, CobrowseMark, CobrowsePrivacy } from '#protocol/cobrowse.ts';
import type { FrameKind } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { Late } from '../core/Late.ts';
import type { FrameWire } from '../core/Wire.ts';
import { AssetBook } from './assets/AssetBook.ts';
import { FrameSender } from './FrameSender.ts';
import type { HiddenOverlay } from './privacy/HiddenOverlay.ts';
import { Privacy } from './privacy/Privacy.ts';
import { custom } from './record/events.ts';
import { Recorder } from './record/Recorder.ts';
import type { RemoteRefusal } from './remote/Remote.ts';

export interface RecordingOptions {
  boot: WidgetBoot;
  /** Proves the visitor, as it is at the moment. */
  token: () => string;
  wire: FrameWire;
  session: CobrowseId;
  /** The page changes faster than it can be sent, or has caught up. */
  onPaused(paused: boolean): void;
}

/** A site that has switched co-browsing on since the page was loaded has rules that the page does not know. */
const unknownRules = { maskAll: true, mask: [], unmask: [], block: [] };
/** News of assets go together. */
const GATHER_MS = 30;

interface Stream {
  sender: FrameSender;
  recorder: Recorder;
}

/** This page as one session sees it: what is recorded of it, shown on it and done in it. */
export class Recording {
  readonly #options: RecordingOptions;
  #privacy: Privacy;
  readonly #assets: AssetBook;
  readonly #overlay = new Late(async () => new (await import('./privacy/HiddenOverlay.ts')).HiddenOverlay());
  readonly #agents = new Late(async () => {
    const { AgentsOnPage } = await import('./AgentsOnPage.ts');
    return new AgentsOnPage(() => this.#stream && { recorder: this.#stream.recorder, privacy: this.#privacy });
  });
  #hiddenShown = false;
  /** How often somebody lost control, or the stream ended. */
  #ends = 0;
  #stream: Stream | undefined;
  #news: eventWithTime[] = [];
  #newsTimer: ReturnType<typeof setTimeout> | undefined;
  /** A full is on its way in slices. */
  #inFull = false;
  #behind = false;
  #stormy = false;
  #paused = false;
  #closed = false;

  constructor(options: RecordingOptions) {
    this.#options = options;
    const { boot, token, wire, session } = options;
    this.#privacy = new Privacy(boot.cobrowse?.privacy ?? unknownRules);
    this.#assets = new AssetBook({
      host: boot.host,
      site: boot.site,
      session,
      token,
      missing: async (hashes) => (await wire.insist('cobrowse.assets', { id: session, hashes })).missing,
      on: (n, hash, type) => this.#tellLater('cv.asset', { n, hash, type }),
    });
  }

  /** From the whole page on, under this stream’s number; the site’s rules may be others by now. */
  begin(stream: number, rules: CobrowsePrivacy): void {
    if (this.#closed) return;
    this.still();
    this.#privacy = new Privacy(rules);
    if (this.#hiddenShown) this.showHidden(true);
    this.#assets.resume();
    const { wire, session } = this.#options;
    const sender = new FrameSender({
      wire,
      session,
      stream,
      onBehind: (behind) => this.#isBehind(behind),
    });
    const recorder = new Recorder({
      document,
      privacy: this.#privacy,
      assets: this.#assets,
      far: this.#options.boot,
      emit: (events, kind, more) => this.#stream?.sender === sender && this.#send(events, kind, more),
    });
    this.#stream = { sender, recorder };
    recorder.start();
  }

  /** Nobody watches: from here on nothing leaves, whatever waits. */
  still(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    clearTimeout(this.#newsTimer);
    this.#newsTimer = undefined;
    this.#news = [];
    this.#inFull = this.#behind = this.#stormy = this.#paused = false;
    stream?.sender.stop();
    stream?.recorder.stop();
    this.#assets.pause();
    this.uncontrolled();
  }

  /** For good. */
  close(): void {
    this.#closed = true;
    this.still();
    this.#assets.close();
    this.showHidden(false);
  }

  /** Does what the agent asks for, in order; answers why not. */
  async run(
    command: CobrowseCommand,
    agent: string,
    capabilities: readonly CobrowseCapability[],
  ): Promise<RemoteRefusal | undefined> {
    const ends = this.#ends;
    const agents = await this.#agents.get();
    // The visitor may have taken control back meanwhile.
    return ends === this.#ends ? agents.run(command, agent, capabilities) : 'FORBIDDEN';
  }

  /** The agent may act no more. */
  uncontrolled(): void {
    this.#ends++;
    this.#agents.useIfAsked((agents) => agents.uncontrolled());
  }

  mark(agent: string, mark: CobrowseMark): void {
    if (this.#stream) this.#agents.use((agents) => agents.mark(agent, mark));
  }

  /** Whether the visitor sees on the page what agents do not. */
  showHidden(shown: boolean): void {
    this.#hiddenShown = shown && !this.#closed;
    const judge = { verdictOf: (element: Element) => this.#privacy.judge(element) };
    const show = (overlay: HiddenOverlay) => (this.#hiddenShown ? overlay.show(judge) : overlay.hide());
    if (this.#hiddenShown) this.#overlay.use(show);
    else this.#overlay.useIfAsked(show);
  }

  #send(events: readonly eventWithTime[], kind: FrameKind, more: boolean): void {
    const wasBehind = this.#behind;
    if (kind === 'full' && !this.#inFull) {
      this.#assets.forget();
      this.#behind = this.#stormy = false;
    }
    if (kind === 'full') this.#inFull = more;
    for (const event of events) {
      if (event.type === (5 as EventType.Custom) && event.data.tag === 'cv.paused') {
        this.#stormy = (event.data.payload as { paused: boolean }).paused;
      }
    }
    this.#stream?.sender.send(events, kind, more);
    if (wasBehind && !this.#behind) this.#tellLater('cv.paused', { paused: this.#stormy });
    this.#tellPaused();
  }

  #isBehind(behind: boolean): void {
    const { recorder } = this.#stream ?? {};
    if (behind) recorder?.pause();
    else recorder?.snapshot();
    this.#behind = behind;
    this.#tellPaused();
  }

  #tellPaused(): void {
    const paused = this.#behind || this.#stormy;
    if (paused === this.#paused || !this.#stream) return;
    this.#paused = paused;
    this.#options.onPaused(paused);
  }

  #tellLater(tag: `cv.${string}`, payload: unknown): void {
    if (!this.#stream) return;
    this.#news.push({ ...custom(tag, payload), timestamp: Date.now() });
    this.#newsTimer ??= setTimeout(() => {
      this.#newsTimer = undefined;
      this.#stream?.sender.send(this.#news.splice(0), 'delta');
    }, GATHER_MS);
  }
}
