import { inflateSync } from 'node:zlib';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Picture {
  width: number;
  height: number;
  /** Red, green, blue for each pixel. */
  pixels: Uint8Array;
}

/** What antialiasing may change of a channel, where the same edge lies. */
const TOLERANCE = 40;
/** What a photograph’s compression may. */
const ROUGH = 110;
/** A caret blinks, and the mirror has none. */
const CARET = { width: 3, height: 40 };

/**
 * Where two screenshots differ, as boxes around what hangs together; a caret is no difference, nor is an edge that is
 * found beside its place.
 */
export function differences(
  one: Buffer,
  two: Buffer,
  apart: readonly Box[] = [],
  rough: readonly Box[] = [],
): string[] {
  const [first, second] = [decode(one), decode(two)];
  const { width, height } = first;
  if (width !== second.width || height !== second.height) {
    return [`${width} × ${height} and ${second.width} × ${second.height}`];
  }
  const isIn = (boxes: readonly Box[], x: number, y: number) =>
    boxes.some((box) => x >= box.x - 1 && x <= box.x + box.width && y >= box.y - 1 && y <= box.y + box.height);
  const areas: { left: number; top: number; right: number; bottom: number; count: number }[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isSame(first, second, x, y, TOLERANCE) && isSame(second, first, x, y, TOLERANCE)) continue;
      if (isIn(apart, x, y)) continue;
      if (isIn(rough, x, y) && isSame(first, second, x, y, ROUGH) && isSame(second, first, x, y, ROUGH)) continue;
      const near = areas.find(
        ({ left, top, right, bottom }) => x >= left - 16 && x <= right + 16 && y >= top - 16 && y <= bottom + 16,
      );
      if (!near) areas.push({ left: x, top: y, right: x, bottom: y, count: 1 });
      else {
        near.left = Math.min(near.left, x);
        near.right = Math.max(near.right, x);
        near.bottom = y;
        near.count++;
      }
    }
  }
  return areas
    .filter(({ left, top, right, bottom }) => right - left >= CARET.width || bottom - top >= CARET.height)
    .map(({ left, top, right, bottom, count }) => `${count} pixels in ${left},${top}–${right},${bottom}`);
}

/** Whether what one picture shows here is in the other, here or right beside. */
function isSame(one: Picture, two: Picture, x: number, y: number, tolerance: number): boolean {
  const { width, height, pixels } = one;
  const at = (y * width + x) * 3;
  for (const dy of [0, -1, 1]) {
    for (const dx of [0, -1, 1]) {
      const [nx, ny] = [x + dx, y + dy];
      if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
      const other = (ny * width + nx) * 3;
      let most = 0;
      for (let channel = 0; channel < 3; channel++) {
        most = Math.max(most, Math.abs((pixels[at + channel] ?? 0) - (two.pixels[other + channel] ?? 0)));
      }
      if (most <= tolerance) return true;
    }
  }
  return false;
}

/** A PNG as browsers write screenshots: 8 bits a channel, not interlaced (RFC 2083). */
function decode(png: Buffer): Picture {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  let above = new Uint8Array(line);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = y * (line + 1) + 1;
    const row = new Uint8Array(rows.subarray(start, start + line));
    unfilter(rows[start - 1] ?? 0, row, above, channels);
    for (let x = 0; x < width; x++) pixels.set(row.subarray(x * channels, x * channels + 3), (y * width + x) * 3);
    above = row;
  }
  return { width, height, pixels };
}

function unfilter(kind: number, row: Uint8Array, above: Uint8Array, step: number): void {
  for (let at = 0; at < row.length; at++) {
    const a = row[at - step] ?? 0;
    const b = above[at] ?? 0;
    const guess = [0, a, b, (a + b) >> 1, kind === 4 ? paeth(a, b, at < step ? 0 : (above[at - step] ?? 0)) : 0][kind];
    row[at] = (row[at] ?? 0) + (guess ?? 0);
  }
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - c - c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}
