const kinds = [Array, String, Number, Boolean];

/** As JSON, also on a page whose scripts have given arrays and texts a `toJSON` of their own, as Prototype does. */
export function toJson(value: unknown): string {
  if (!kinds.some(({ prototype }) => 'toJSON' in prototype)) return JSON.stringify(value);
  return JSON.stringify(value, function (this: Record<string, unknown>, key, given: unknown) {
    const own = this[key];
    return Array.isArray(own) || typeof own !== 'object' ? own : given;
  });
}
