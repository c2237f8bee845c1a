/** A label of a host as the browser writes it, in lower case: at the beginning or after what parts labels. */
const LABEL = /(^|[/.@*])xn--([a-z0-9-]+)(?=$|[.:/?#])/g;

const BASE = 36;
const MAX_THRESHOLD = 26;
const BEYOND_ASCII = 128;

/** Hosts as people read them: `xn--mller-kva.de` is `müller.de`. */
export const unicodeHost = (address: string): string =>
  address.replace(LABEL, (whole, before: string, label: string) => {
    const read = decoded(label);
    return read === undefined ? whole : before + read;
  });

/** Punycode (RFC 3492 §6.2); undefined if it is none. */
function decoded(label: string): string | undefined {
  const cut = label.lastIndexOf('-');
  const characters = [...label.slice(0, Math.max(0, cut))];
  let code = BEYOND_ASCII;
  let place = 0;
  let bias = 72;
  for (let at = cut + 1; at < label.length; ) {
    const before = place;
    for (let step = BASE, weight = 1; ; step += BASE) {
      // a to z are 0 to 25, 0 to 9 come after them.
      const digit = (Number.parseInt(label[at++] ?? '', BASE) + MAX_THRESHOLD) % BASE;
      if (Number.isNaN(digit)) return undefined;
      place += digit * weight;
      const threshold = Math.min(Math.max(step - bias, 1), MAX_THRESHOLD);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = characters.length + 1;
    bias = adapted(place - before, length, before === 0);
    code += Math.floor(place / length);
    place %= length;
    if (code > 0x10ffff) return undefined;
    characters.splice(place++, 0, String.fromCodePoint(code));
  }
  return characters.join('') || undefined;
}

function adapted(distance: number, length: number, first: boolean): number {
  let rest = Math.floor(distance / (first ? 700 : 2));
  rest += Math.floor(rest / length);
  let bias = 0;
  for (; rest > ((BASE - 1) * MAX_THRESHOLD) / 2; bias += BASE) rest = Math.floor(rest / (BASE - 1));
  return bias + Math.floor((BASE * rest) / (rest + 38));
}
