type Branded = string & { readonly [key: symbol]: unknown };

/** A fresh id: the prefix and 128 random bits. Runs in the browser and the server. */
export function newId<Id extends string | Branded>(prefix: string): Id {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
  return `${prefix}_${text}` as Id;
}
