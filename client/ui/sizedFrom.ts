import type { Sizing } from './Floating.ts';

/** Each edge goes where it is drawn, as long as the box is no smaller than this. */
export function sizedFrom(min: { width: number; height: number }): Sizing {
  return (start, dx, dy, edges) => {
    const box = { ...start };
    if (edges.includes('e')) box.width = Math.max(min.width, start.width + dx);
    if (edges.includes('s')) box.height = Math.max(min.height, start.height + dy);
    if (edges.includes('w')) {
      box.width = Math.max(min.width, start.width - dx);
      box.left = start.left + start.width - box.width;
    }
    if (edges.includes('n')) {
      box.height = Math.max(min.height, start.height - dy);
      box.top = start.top + start.height - box.height;
    }
    return box;
  };
}
