/** As JSON, also on a page whose scripts have given arrays a `toJSON` of their own, as Prototype does. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, function (this: Record<string, unknown>, key, given: unknown) {
    const own = this[key];
    return Array.isArray(own) ? own : given;
  });
