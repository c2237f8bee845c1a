import { MAX_DEPTH } from '#protocol/limits.ts';

/**
 * Why an input must not reach its schema: whatever recurses over it would end on a full stack, and a buffer counts
 * to a schema as an object with a million keys. Undefined if it may.
 */
export function outOfBounds(input: unknown, levels = MAX_DEPTH): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer) return 'Bytes are not taken here.';
  if (levels === 0) return `Nested too deeply; at most ${MAX_DEPTH} levels are taken.`;
  for (const [field, value] of Object.entries(input)) {
    const reason = outOfBounds(value, levels - 1);
    if (reason !== undefined) return levels === MAX_DEPTH ? `${field}: ${reason}` : reason;
  }
  return undefined;
}
