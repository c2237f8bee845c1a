/** Longest side of a picture. */
const LARGEST = 1280;
const QUALITY = 0.75;

export interface Picture {
  canvas: HTMLCanvasElement;
  /** Of the canvas that it was taken of, in its own measure. */
  width: number;
  height: number;
  /** Two of the same look have the same. */
  sum: number;
  /** Nothing is drawn on it. */
  blank: boolean;
}

/** As it is seen, no larger; `frame` is what it showed last, if it cannot be read now. Undefined: nobody may read it. */
export function pictureOf(canvas: HTMLCanvasElement, frame: HTMLVideoElement | undefined): Picture | undefined {
  const { width, height, clientWidth, clientHeight } = canvas;
  if (width === 0 || height === 0) return undefined;
  const shown = Math.max((clientWidth || width) / width, (clientHeight || height) / height);
  const scale = Math.min(1, shown, LARGEST / Math.max(width, height));
  const copy = document.createElement('canvas');
  copy.width = Math.max(1, Math.round(width * scale));
  copy.height = Math.max(1, Math.round(height * scale));
  const context = copy.getContext('2d', { willReadFrequently: true });
  try {
    const read = (source: CanvasImageSource) => {
      context?.drawImage(source, 0, 0, copy.width, copy.height);
      return context && sumOf(context.getImageData(0, 0, copy.width, copy.height).data);
    };
    const sum = read(canvas) || (frame && read(frame)) || 0;
    return { canvas: copy, width, height, sum, blank: sum === 0 };
  } catch {
    return undefined;
  }
}

/** 0 for nothing but transparent pixels. */
function sumOf(bytes: Uint8ClampedArray): number {
  const pixels = new Uint32Array(bytes.buffer);
  let sum = 0;
  let any = 0;
  for (const pixel of pixels) {
    sum = (Math.imul(sum, 31) + pixel) | 0;
    any |= pixel;
  }
  return any === 0 ? 0 : sum || 1;
}

export async function webp({ canvas }: Picture): Promise<{ type: string; base64: string }> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/webp', QUALITY));
  if (!blob) throw new Error('the picture could not be written');
  const url = await new Promise<string>((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
  return { type: blob.type, base64: url.slice(url.indexOf(',') + 1) };
}
