import type { Assets } from './Assets.ts';
import { cleanCss } from './cleanCss.ts';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './shape.ts';

const MOST = 5000;
const NAME = /^(--)?[a-z][\w-]*$/i;
const PSEUDO = /^::?[a-z-]+$/;
const kinds = ['fill', 'direction', 'easing'] as const;
const lengths = ['delay', 'endDelay', 'iterationStart', 'duration'] as const;

/** What scripts of the page animate. */
export class Animations {
  readonly #assets: Assets;
  readonly #shown = new Map<number, Animation>();

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  clear(): void {
    this.#shown.clear();
  }

  /** As far as it is now; without frames it is over. */
  show(element: Element, n: number, { frames, timing, time, rate, pseudo }: Fields): void {
    this.#shown.get(n)?.cancel();
    this.#shown.delete(n);
    if (!frames || this.#shown.size >= MOST) return;
    const keyframes = listOf(frames).map((frame) => this.#clean(fieldsOf(frame)));
    const how = timingOf(fieldsOf(timing));
    if (typeof pseudo === 'string' && PSEUDO.test(pseudo)) how.pseudoElement = pseudo;
    try {
      const animation = Element.prototype.animate.call(element, keyframes, how);
      if (rate === 0) animation.pause();
      else animation.playbackRate = numberOf(rate);
      animation.currentTime = numberOf(time);
      this.#shown.set(n, animation);
    } catch {
      // What this browser does not understand does not move.
    }
  }

  #clean(frame: Fields): Keyframe {
    const assets = this.#assets.forCss(
      {},
      () => {},
      () => {},
    );
    const clean: Keyframe = {};
    for (const [name, value] of Object.entries(frame)) {
      if (name === 'offset') clean.offset = typeof value === 'number' ? value : null;
      else if (NAME.test(name) && typeof value === 'string') clean[name] = cleanCss(value, assets);
    }
    return clean;
  }
}

function timingOf(given: Fields): KeyframeAnimationOptions {
  const timing: Record<string, unknown> = {};
  for (const name of lengths) if (name in given) timing[name] = numberOf(given[name]);
  for (const name of kinds) if (name in given) timing[name] = textOf(given[name]);
  const { iterations = 1 } = given;
  timing['iterations'] = iterations === -1 ? Number.POSITIVE_INFINITY : numberOf(iterations);
  return timing;
}
