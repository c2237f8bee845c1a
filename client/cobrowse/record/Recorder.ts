import type { eventWithTime } from '@rrweb/types';
import type { FrameKind } from '#protocol/frame.ts';
import { Late } from '../../core/Late.ts';
import { Canvases } from '../canvas/Canvases.ts';
import type { Privacy, Verdict } from '../privacy/Privacy.ts';
import { leftOf, rootOf, topOf } from '../privacy/reads.ts';
import type { Animations } from './Animations.ts';
import type { PageAssets } from './addresses.ts';
import { Describer } from './Describer.ts';
import { isElement, nameOf } from './dom.ts';
import { custom, full, hasChanges, incremental, mutation, noChanges, type PageEvent, Source } from './events.ts';
import { FarDoor } from './FarDoor.ts';
import { Fields } from './Fields.ts';
import { Frames } from './Frames.ts';
import type { Site } from './farFrame.ts';
import { Gestures } from './Gestures.ts';
import type { Known } from './Known.ts';
import { LateWatchers } from './LateWatchers.ts';
import { Mutations } from './Mutations.ts';
import { NodeIndex } from './NodeIndex.ts';
import { Pace } from './Pace.ts';
import { Pointer } from './Pointer.ts';
import { Realms } from './Realms.ts';
import { Scrolls } from './Scrolls.ts';
import { Sheets } from './Sheets.ts';
import { Storm } from './Storm.ts';
import { Tree } from './Tree.ts';
import { View } from './View.ts';
import { isDocument, type Root, type Watcher } from './watcher.ts';

export interface RecorderOptions {
  /** Of the page, or of a preview. */
  document: Document;
  privacy: Privacy;
  assets: PageAssets;
  /** At most once per animation frame and kind. `more`: the full snapshot goes on. */
  emit(events: readonly eventWithTime[], kind: FrameKind, more: boolean): void;
  now?: () => number;
  /** Frames of other origins are recorded where both sides trust each other, as this site says. */
  far?: Site;
  /** Above 0: the page is in a frame of another, which gave it the numbers from here on. */
  firstId?: number;
}

/** Work at one go, in milliseconds; then the page has its turn. */
const SLICE_MS = 10;
/** How often is looked at what no event tells of, in milliseconds. */
const LOOK_MS = 250;

/** off: nothing is watched. full: the page is being told from the start. live: what changes is told. storm: it changes too fast. */
type Phase = 'off' | 'full' | 'live' | 'storm';

/**
 * Records a page as rrweb’s events: first as it is, in pieces that let the page breathe, then what changes, at most
 * once a frame and only as what it has come to.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #index: NodeIndex;
  readonly #describer: Describer;
  readonly #tree: Tree;
  readonly #mutations: Mutations;
  readonly #frames: Frames;
  readonly #far: FarDoor | undefined;
  readonly #fields: Fields;
  readonly #scrolls: Scrolls;
  readonly #rare: LateWatchers;
  readonly #gestures: Gestures;
  readonly #pointer: Pointer;
  readonly #view: View;
  readonly #sheets: Sheets;
  readonly #watchers: readonly Watcher[];
  readonly #canvases: Canvases;
  /** Loads when a script sets something in motion. */
  #animations: Animations | undefined;
  readonly #late = new Late(async () => {
    const { Animations } = await import('./Animations.ts');
    this.#animations = new Animations({ index: this.#index, ask: () => this.#ask() }, this.#describer);
    return this.#animations;
  });
  readonly #realms: Realms;
  readonly #storm = new Storm();
  readonly #pace: Pace;
  #phase: Phase = 'off';
  #root: Known | undefined;
  /** Elements that are still to be asked how far they are scrolled. */
  #scan: Iterator<Known> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #definitions: PageEvent[] = [];
  #isStopped = false;

  constructor(options: RecorderOptions) {
    const { document, privacy, assets, firstId = 0 } = options;
    this.#options = options;
    this.#index = new NodeIndex(firstId);
    const describer = new Describer(privacy, assets);
    this.#describer = describer;
    const desk = { index: this.#index, ask: () => this.#ask() };
    this.#tree = new Tree(this.#index, privacy, {
      describe: (known) => describer.node(known),
      came: (known) => this.#came(known),
      left: (known) => this.#left(known),
    });
    this.#mutations = new Mutations(this.#index, this.#tree, privacy, describer);
    this.#frames = new Frames(this.#index, this.#tree);
    const { far: site } = options;
    this.#far = site && new FarDoor({ ...desk, assets, site, point: (events) => this.#point(events) });
    this.#fields = new Fields(desk, privacy);
    this.#scrolls = new Scrolls(desk);
    this.#rare = new LateWatchers(desk);
    this.#gestures = new Gestures(desk);
    this.#watchers = [this.#fields, this.#scrolls, this.#rare, this.#gestures];
    this.#pointer = new Pointer(desk, (events) => this.#point(events), this.#now);
    this.#view = new View(document);
    this.#sheets = new Sheets(this.#index, describer, () => this.#ask(), firstId);
    this.#canvases = new Canvases({
      idOf: (canvas) => this.idOf(canvas),
      // As of now: a class that hides it may come in the same turn as what is drawn.
      verdictOf: (canvas) => privacy.judge(canvas),
      emit: (events) => this.#phase === 'live' && options.emit(events, 'delta', false),
      now: this.#now,
    });
    this.#realms = new Realms({
      mutated: (records) => this.#mutated(records),
      loaded: (element) => this.#loaded(element),
      shadowed: (host) => this.#retell(host),
      toggled: (element) => this.#changedAttribute(element, 'rr_popover'),
      slotted: (slot) => this.#slotted(slot),
      defined: (name) => this.#define(name),
      animated: (element) => this.#moves(rootOf(element) as Root),
      sheets: this.#sheets,
      ears: [...this.#watchers, this.#pointer],
    });
    this.#pace = new Pace(() => this.#turn());
  }

  start(): void {
    this.snapshot();
  }

  /** Tells the whole page anew. */
  snapshot(): void {
    if (this.#isStopped) return;
    this.#clear();
    this.#phase = 'full';
    this.#realms.start();
    this.#view.listen({ index: this.#index, ask: () => this.#ask() }, this.#realms.signal, () => this.snapshot());
    this.#far?.listen(this.#realms.signal);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#pace.ask();
  }

  /** Watches nothing and keeps nothing; `snapshot` goes on. */
  pause(): void {
    // Who has a part of a full waits for its end.
    if (this.#phase === 'full' && this.#root) this.#emit([custom('cv.paused', { paused: true })], 'full', false);
    this.#clear();
  }

  /** For good; nothing is told from here on. */
  stop(): void {
    this.#isStopped = true;
    this.#clear();
    this.#pace.stop();
    this.#storm.stop();
    this.#sheets.stop();
    this.#canvases.close();
    this.#realms.stop();
  }

  nodeOf(id: number): Node | undefined {
    return this.#index.byId(id)?.node;
  }

  idOf(node: Node): number | undefined {
    return this.#index.get(node)?.id;
  }

  /** Also of what has not been told yet. */
  verdictOf(element: Element): Verdict {
    const known = this.#mutations.isJudged ? this.#index.get(element) : undefined;
    return known?.verdict ?? this.#options.privacy.judge(element);
  }

  readonly #now = (): number => this.#options.now?.() ?? Date.now();

  #clear(): void {
    this.#phase = 'off';
    this.#root = undefined;
    this.#scan = undefined;
    this.#definitions = [];
    clearInterval(this.#timer);
    this.#realms.pause();
    for (const known of this.#index.values())
      if (isElement(known.node) && nameOf(known.node) === 'canvas') this.#left(known);
    this.#index.clear();
    this.#tree.clear();
    this.#mutations.clear();
    this.#frames.clear();
    this.#far?.clear();
    for (const part of [...this.#watchers, this.#pointer, this.#sheets, this.#animations]) part?.clear();
  }

  #ask(): void {
    if (this.#phase === 'full' || this.#phase === 'live') this.#pace.ask();
  }

  #emit(events: readonly PageEvent[], kind: FrameKind, more: boolean): void {
    const timestamp = this.#now();
    this.#options.emit(
      events.map((event) => ({ ...event, timestamp })),
      kind,
      more,
    );
  }

  #turn(): void {
    if (this.#phase !== 'full' && this.#phase !== 'live') return;
    const began = performance.now();
    const isOver = () => performance.now() - began > SLICE_MS;
    this.#mutations.read(this.#realms.takeRecords());
    if (this.#isStorm()) return;
    if (!this.#mutations.judge(this.#root)) return this.#pace.ask();
    const events = this.#phase === 'full' && !this.#root ? this.#begin(isOver) : this.#changes(isOver);
    if (this.#tree.isSettled) events.push(...this.#frames.flush(isOver));
    const isSettled = this.#tree.isSettled && this.#frames.isSettled && this.#scrolled(isOver);
    if (isSettled) {
      this.#index.settle();
      this.#storm.settled();
      events.push(
        ...this.#sheets.flush(),
        ...this.#view.flush(),
        ...this.#watchers.flatMap((watcher) => watcher.flush()),
        ...(this.#far?.flush() ?? []),
        ...(this.#animations?.flush() ?? []),
      );
    } else this.#pace.ask();
    if (this.#phase === 'full') this.#goOn(events, isSettled);
    else if (events.length > 0) this.#emit(events, 'delta', false);
  }

  #begin(isOver: () => boolean): PageEvent[] {
    const { document } = this.#options;
    const offset = this.#scrolls.begin(document);
    this.#root = this.#index.add(document, null, this.#options.privacy.root);
    this.#scan = this.#index.values()[Symbol.iterator]();
    return [...this.#view.begin(), full(this.#tree.document(this.#root, isOver), offset)];
  }

  #changes(isOver: () => boolean): PageEvent[] {
    const changes = noChanges();
    const definitions = this.#definitions.splice(0);
    this.#tree.work(changes, isOver);
    this.#mutations.tell(changes);
    return hasChanges(changes) ? [mutation(changes), ...definitions] : definitions;
  }

  #goOn(events: PageEvent[], isSettled: boolean): void {
    const wasPaused = this.#storm.end(isSettled);
    if (wasPaused) events.push(custom('cv.paused', { paused: false }));
    if (!isSettled) {
      const total = this.#options.document.getElementsByTagName('*').length;
      events.push(custom('cv.progress', { done: Math.min(this.#tree.elements, total), total }));
    } else this.#phase = 'live';
    this.#emit(events, 'full', !isSettled);
    if (!isSettled) return;
    this.#canvases.again();
    this.#pointer.again();
    const { document } = this.#options;
    if (document.getAnimations?.().some((one) => one.constructor === Animation)) this.#moves(document);
  }

  /** What was scrolled before: answers whether all has been looked at. Later scrolls tell themselves. */
  #scrolled(isOver: () => boolean): boolean {
    for (let count = 0; this.#scan; count++) {
      if (count % 64 === 63 && isOver()) return false;
      const { value, done } = this.#scan.next();
      if (done) this.#scan = undefined;
      else if (isElement(value.node) && !value.leaf && (topOf(value.node) !== 0 || leftOf(value.node) !== 0)) {
        this.#scrolls.touch(value.node);
      }
    }
    return true;
  }

  #isStorm(): boolean {
    if (!this.#storm.isOver(this.#tree.moved.size + this.#mutations.size, this.#phase === 'live')) return false;
    const kind = this.#phase === 'full' && this.#root ? 'full' : 'delta';
    this.#clear();
    this.#phase = 'storm';
    this.#realms.start();
    this.#emit([custom('cv.paused', { paused: true })], kind, false);
    this.#storm.wait(() => this.#phase === 'storm' && this.snapshot());
    return true;
  }

  #mutated(records: readonly MutationRecord[]): void {
    if (this.#phase === 'storm') return this.#storm.count(records.length);
    this.#mutations.read(records);
    // Whether it is a storm the turn finds: until then the page may stand still, as in a dialog.
    this.#ask();
  }

  #point(events: PageEvent[]): void {
    if (this.#phase === 'live') this.#emit(events, 'pointer', false);
  }

  /** What no event tells of. */
  #look(): void {
    if (this.#phase !== 'live') return;
    this.#fields.look();
    this.#rare.look();
    this.#gestures.look();
    this.#pointer.look();
    this.#animations?.look();
    this.#scrolls.look(this.#options.document);
    if (this.#sheets.look() || this.#view.hasMoved) this.#ask();
  }

  #came(known: Known): void {
    const { node } = known;
    if (!isElement(node)) {
      const root = node as Root;
      this.#realms.enter(root);
      this.#sheets.enter(root, known);
      return;
    }
    const name = nameOf(node);
    if (name === 'canvas') this.#canvases.add(node as HTMLCanvasElement);
    else if (isFrame(name)) this.#framed(known);
    else this.#fields.came(known);
  }

  #left(known: Known): void {
    const { node } = known;
    if (!isElement(node)) this.#sheets.leave(node as Root);
    else if (nameOf(node) === 'canvas') this.#canvases.delete(node as HTMLCanvasElement);
    else if (isFrame(nameOf(node))) this.#far?.left(known);
    else this.#fields.left(known);
  }

  #loaded(element: Element): void {
    const known = this.#index.get(element);
    const name = nameOf(element);
    if (!known) return;
    if (isFrame(name)) {
      this.#framed(known);
      if (known.inner && isDocument(known.inner.node)) this.#realms.enter(known.inner.node);
    } else if (name === 'link') {
      if (this.#sheets.hasTold((element as HTMLLinkElement).sheet)) return;
      this.#mutations.style(element);
    } else if (name === 'img' && !this.#describer.hasTold(element as HTMLImageElement))
      this.#mutations.attribute(element, 'src');
    else return;
    this.#ask();
  }

  #slotted(slot: Element): void {
    this.#mutations.slotted(slot);
    this.#ask();
  }

  #define(name: string): void {
    this.#mutations.define(name);
    this.#definitions.push(incremental({ source: Source.customElement, define: { name } }));
    this.#ask();
  }

  #framed(frame: Known): void {
    this.#frames.look(frame);
    this.#far?.look(frame);
  }

  #changedAttribute(element: Element, name: string): void {
    if (!this.#index.has(element)) return;
    this.#mutations.attribute(element, name);
    this.#ask();
  }

  #moves(root: Root): void {
    const watch = (animations: Animations) => animations.watch(root);
    this.#late.get().then(watch, () => {});
  }

  #retell(host: Element): void {
    if (!this.#index.has(host)) return;
    this.#tree.moved.add(host);
    this.#ask();
  }
}

const isFrame = (name: string): boolean => name === 'iframe' || name === 'frame';
