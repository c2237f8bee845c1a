import { unicodeHost } from './unicodeHost.ts';

/** Whether an address fits a pattern (protocol/rules.ts), as the browser writes it or as people read it. */
export function urlFits(pattern: string, url: string): boolean {
  const [address, fragment] = cutAt(url, '#');
  const whole = pattern.includes('?') ? address : cutAt(address, '?')[0];
  const text = (whole + (pattern.includes('#') ? fragment : '')).toLowerCase();
  const wanted = pattern.toLowerCase();
  return fits(wanted.split('*'), text) || fits(unicodeHost(wanted).split('*').map(read), read(unicodeHost(text)));
}

/** The second part begins with the mark. */
function cutAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

/** Without percent-encoding, but of what means something in an address; umlauts in one form. */
const read = (text: string): string =>
  text
    .replace(/(%[0-9a-f]{2})+/g, (run) => {
      try {
        return decodeURI(run);
      } catch {
        return run;
      }
    })
    .toLowerCase()
    .normalize();

/** Each part as early as it comes, the last one at the end: no pattern takes long. */
function fits(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
