import type { Page } from 'playwright-core';

const inPage = `async (pictures, tolerance) => {
  const [a, b] = await Promise.all(
    pictures.map(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      pen.drawImage(bitmap, 0, 0);
      return pen.getImageData(0, 0, bitmap.width, bitmap.height);
    }),
  );
  if (a.width !== b.width || a.height !== b.height) return Infinity;
  let count = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    if ([0, 1, 2].some((part) => Math.abs(a.data[at + part] - b.data[at + part]) > tolerance)) count++;
  }
  return count;
}`;

/** Pixels that two pictures of the same size do not have in common, by more than `tolerance`. */
export function differences(page: Page, one: Buffer, other: Buffer, tolerance = 8): Promise<number> {
  const pictures = JSON.stringify([one, other].map((picture) => picture.toString('base64')));
  return page.evaluate(`(${inPage})(${pictures}, ${tolerance})`);
}
