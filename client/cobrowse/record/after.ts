type Method = (this: never, ...args: never[]) => unknown;

/** Calls `told` after each call that went well; the page sees nothing of it, also if `told` fails. */
export function after<T extends object>(
  prototype: T,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: as the page calls it
  told: (self: any, args: any[], result: unknown) => void,
): () => void {
  const methods = prototype as Record<string, Method | undefined>;
  const original = methods[name];
  if (!original) return () => {};
  let on = true;
  const replacement = function (this: never, ...args: never[]): unknown {
    const result = original.apply(this, args);
    if (on) quietly(() => told(this, args, result));
    return result;
  };
  methods[name] = replacement;
  return () => {
    on = false;
    // Somebody may have put theirs around it since.
    if (methods[name] === replacement) methods[name] = original;
  };
}

function quietly(run: () => void): void {
  try {
    run();
  } catch (error) {
    console.error(error);
  }
}
