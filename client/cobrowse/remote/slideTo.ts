import { type Place, viewOf } from './place.ts';
import { setValue } from './setValue.ts';

/** A slider’s knob follows the mouse; browsers do that for a real one only. `done`: the mouse lets go of it. */
export function slideTo(target: Element, { x, y }: Place, done = false): void {
  if (target.localName !== 'input' || (target as HTMLInputElement).type !== 'range') return;
  const slider = target as HTMLInputElement;
  const view = viewOf(slider);
  if (!view || slider.disabled) return;
  if (done) {
    slider.dispatchEvent(new view.Event('change', { bubbles: true }));
    return;
  }
  const box = slider.getBoundingClientRect();
  const { writingMode, direction } = view.getComputedStyle(slider);
  const upright = writingMode.startsWith('vertical') || box.height > 2 * box.width;
  const along = upright ? (y - box.top) / box.height : (x - box.left) / box.width;
  const share = Math.min(1, Math.max(0, direction === 'rtl' || upright ? 1 - along : along));
  const [min, max] = [Number(slider.min || 0), Number(slider.max || 100)];
  const former = slider.value;
  // The browser rounds it to what the steps allow.
  setValue(slider, String(min + share * (max - min)));
  if (slider.value !== former) slider.dispatchEvent(new view.Event('input', { bubbles: true, composed: true }));
}
