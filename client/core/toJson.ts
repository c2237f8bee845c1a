import { CvError } from '#protocol/errors.ts';

const kinds = [Array, String, Number, Boolean];

/** As JSON; INVALID_INPUT for what a page gives that has none, such as a BigInt or a circle. */
export function toJson(value: unknown): string {
  try {
    return written(value);
  } catch (cause) {
    throw new CvError('INVALID_INPUT', `This cannot be sent: ${(cause as Error).message}`, { cause });
  }
}

/** Also on a page whose scripts have given arrays and texts a `toJSON` of their own, as Prototype does. */
function written(value: unknown): string {
  if (!kinds.some(({ prototype }) => 'toJSON' in prototype)) return JSON.stringify(value);
  return JSON.stringify(value, function (this: Record<string, unknown>, key, given: unknown) {
    const own = this[key];
    return Array.isArray(own) || typeof own !== 'object' ? own : given;
  });
}
