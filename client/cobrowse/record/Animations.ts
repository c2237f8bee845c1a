import type { Describer } from './Describer.ts';
import { custom, type PageEvent } from './events.ts';
import type { Known } from './Known.ts';
import type { Desk, Root } from './watcher.ts';

interface Told {
  n: number;
  known: Known;
  state: string;
}

/** Those of style sheets are in style sheets. */
const isScripted = (animation: Animation): boolean =>
  !('animationName' in animation || 'transitionProperty' in animation) && animation.playState !== 'idle';

/** What scripts animate by the Web Animations API, and how far it is: that shows in no style and no attribute. */
export class Animations {
  readonly #desk: Desk;
  readonly #describer: Describer;
  /** In which something moves. */
  readonly #roots = new Set<Root>();
  #told = new Map<Animation, Told>();
  #last = 0;
  #isDue = false;

  constructor(desk: Desk, describer: Describer) {
    this.#desk = desk;
    this.#describer = describer;
  }

  clear(): void {
    this.#told.clear();
    this.#isDue = true;
  }

  /** Something begins to move. */
  watch(root: Root): void {
    // Of what stands nowhere yet, the document will know.
    this.#roots.add('getAnimations' in root ? root : document);
    this.look();
  }

  look(): void {
    if (this.#roots.size === 0) return;
    this.#isDue = true;
    this.#desk.ask();
  }

  flush(): PageEvent[] {
    if (!this.#isDue) return [];
    this.#isDue = false;
    const events: PageEvent[] = [];
    const told = new Map<Animation, Told>();
    for (const root of this.#roots) {
      const animations = root.getAnimations().filter(isScripted);
      if (animations.length === 0) this.#roots.delete(root);
      for (const animation of animations) {
        const effect = animation.effect as KeyframeEffect | null;
        const known = effect?.target && this.#desk.index.get(effect.target);
        if (!effect || !known || known.verdict.blocked) continue;
        const before = this.#told.get(animation);
        const state = stateOf(animation);
        const now = { n: before?.n ?? ++this.#last, known, state };
        told.set(animation, now);
        if (before?.known === known && before.state === state) continue;
        events.push(...this.#describe(animation, effect, now));
      }
    }
    for (const [animation, { n, known }] of this.#told)
      if (!told.has(animation)) events.push(custom('cv.animation', { id: known.id, n }));
    this.#told = told;
    return events;
  }

  #describe(animation: Animation, effect: KeyframeEffect, { n, known }: Told): PageEvent[] {
    const { target, pseudoElement } = effect;
    const computed = effect.getComputedTiming();
    const { delay, endDelay, fill, iterationStart, iterations, duration, direction, easing, progress } = computed;
    const base = (target as Element).baseURI;
    const css = (name: string, value: unknown) =>
      typeof value === 'string' ? this.#describer.css(value, base, known.verdict) : name === 'offset' ? value : null;
    const frames = effect
      .getKeyframes()
      .map((frame) => Object.fromEntries(Object.entries(frame).map(([name, value]) => [name, css(name, value)])));
    // What goes with scrolling is told as it stands.
    const isTimed = typeof animation.currentTime === 'number' && typeof duration === 'number';
    if (!isTimed && typeof progress !== 'number') return [];
    const timing = isTimed
      ? {
          delay,
          endDelay,
          fill,
          iterationStart,
          iterations: iterations === Infinity ? -1 : iterations,
          duration,
          direction,
          easing,
        }
      : { duration: 1000, fill: 'both' };
    const motion = {
      id: known.id,
      n,
      frames,
      timing,
      ...(pseudoElement && { pseudo: pseudoElement }),
      time: isTimed ? animation.currentTime : (progress as number) * 1000,
      rate: isTimed && animation.playState === 'running' ? animation.playbackRate : 0,
    };
    return [custom('cv.animation', motion)];
  }
}

/** What is another when it goes on otherwise than it did. */
function stateOf({ playState, playbackRate, startTime, currentTime }: Animation): string {
  const isRunning = playState === 'running' && typeof startTime === 'number';
  return [playState, playbackRate, isRunning ? startTime : currentTime].join();
}
