import type { CobrowseMark } from '#protocol/cobrowse.ts';
import { hueOf } from '../../../cobrowse/hueOf.ts';
import { fade } from './fade.ts';
import { svgElement } from './markShapes.ts';

type Pen = Extract<CobrowseMark, { mark: 'pen' }>;

interface Stroke {
  group: SVGGElement;
  /** The ink, and a light rim that sets it off from the page. */
  lines: SVGPolylineElement[];
  fading?: Animation;
}

/** Milliseconds until a stroke is gone: from its end on, and of one whose end never comes. */
const END_MS = 4_000;
const LOST_MS = 15_000;
/** More nobody draws by hand: the oldest stroke goes, and a longer line is not drawn on. */
const MOST_STROKES = 40;
const MOST_POINTS = 4_000;

/** What agents draw on the page, stroke by stroke. */
export class PenStrokes {
  readonly element = svgElement('svg');
  readonly #strokes = new Map<string, Stroke>();
  readonly #onGone: () => void;

  constructor(onGone: () => void) {
    this.#onGone = onGone;
  }

  get count(): number {
    return this.#strokes.size;
  }

  draw(agent: string, { stroke: nth, points, end }: Pen): void {
    const key = `${nth} ${agent}`;
    const stroke = this.#strokes.get(key) ?? this.#begin(key, agent);
    for (const line of stroke.lines) {
      for (const { x, y } of points.slice(0, MOST_POINTS - line.points.numberOfItems)) {
        const point = this.element.createSVGPoint();
        point.x = x;
        point.y = y;
        line.points.appendItem(point);
      }
    }
    stroke.fading?.cancel();
    stroke.fading = fade(stroke.group, end ? END_MS : LOST_MS, () => this.#drop(key));
  }

  clear(): void {
    for (const key of [...this.#strokes.keys()]) this.#drop(key);
  }

  #begin(key: string, agent: string): Stroke {
    const [oldest] = this.#strokes.keys();
    if (oldest !== undefined && this.#strokes.size >= MOST_STROKES) this.#drop(oldest);
    const group = svgElement('g', { 'data-cv': 'agent-pen' });
    group.style.setProperty('--hue', hueOf(agent));
    const stroke = { group, lines: [svgElement('polyline', { class: 'rim' }), svgElement('polyline')] };
    group.append(...stroke.lines);
    this.element.append(group);
    this.#strokes.set(key, stroke);
    return stroke;
  }

  #drop(key: string): void {
    const stroke = this.#strokes.get(key);
    this.#strokes.delete(key);
    stroke?.fading?.cancel();
    stroke?.group.remove();
    this.#onGone();
  }
}
