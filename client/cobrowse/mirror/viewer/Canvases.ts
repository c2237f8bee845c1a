import { type Fields, fieldsOf, listOf, numberOf } from './shape.ts';

const PICTURE = /^image\/(png|jpeg|webp)$/;
/** Larger ones no screen shows, and no memory holds many of. */
const MAX_PIXELS = 64 * 1024 * 1024;

/** What stands on canvases: pictures, drawn in the order in which they came. */
export class Canvases {
  readonly #last = new WeakMap<HTMLCanvasElement, Promise<void>>();

  /** `data` of rrweb’s CanvasMutation; of all that a canvas can do, clearing and pictures. */
  draw(canvas: HTMLCanvasElement, data: Fields): void {
    const commands = data['commands'] === undefined ? [data] : listOf(data['commands']).map(fieldsOf);
    this.#then(canvas, async () => {
      const bitmaps = await Promise.all(commands.map(({ property, args }) => bitmapOf(property, listOf(args)[0])));
      const pen = penOf(canvas);
      commands.forEach(({ property, args }, index) => {
        const bitmap = bitmaps[index];
        const [x, y, width, height] = listOf(args)
          .slice(bitmap ? 1 : 0)
          .map(numberOf);
        if (x === undefined || y === undefined || width === undefined || height === undefined) return;
        if (bitmap) pen?.drawImage(bitmap, x, y, width, height);
        else if (property === 'clearRect') pen?.clearRect(x, y, width, height);
      });
    });
  }

  /** What stood on it when it was recorded. */
  first(canvas: HTMLCanvasElement, address: unknown): void {
    const [, type = '', base64 = ''] = /^data:([^;,]+);base64,(.+)$/s.exec(String(address)) ?? [];
    if (!PICTURE.test(type)) return;
    this.#then(canvas, async () => {
      const bitmap = await createImageBitmap(blobOf(base64, type));
      penOf(canvas)?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    });
  }

  #then(canvas: HTMLCanvasElement, draw: () => Promise<void>): void {
    const before = this.#last.get(canvas) ?? Promise.resolve();
    // A picture that cannot be read leaves the one before.
    this.#last.set(
      canvas,
      before.then(draw).catch(() => {}),
    );
  }
}

const penOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | null =>
  canvas.width * canvas.height <= MAX_PIXELS ? canvas.getContext('2d') : null;

/** rrweb notes an ImageBitmap of a Blob of an ArrayBuffer. */
async function bitmapOf(property: unknown, argument: unknown): Promise<ImageBitmap | undefined> {
  if (property !== 'drawImage') return undefined;
  const blob = fieldsOf(listOf(fieldsOf(argument)['args'])[0]);
  const bytes = fieldsOf(listOf(blob['data'])[0]);
  const type = String(blob['type']);
  if (!PICTURE.test(type)) return undefined;
  return createImageBitmap(blobOf(String(bytes['base64']), type));
}

const blobOf = (base64: string, type: string): Blob =>
  new Blob([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], { type });
