const DAY = 24 * 60 * 60 * 1000;

let day = Number.NaN;
let prefix = '';

/** As `Date.toISOString`, at a third of its cost: a list holds hundreds of times, most of them of one day. */
export function iso(at: number): string {
  const since = at % DAY;
  if (at - since !== day || at < 0) {
    const text = new Date(at).toISOString();
    // Before 1970, and after the year 9999, days are counted or written otherwise.
    if (at < 0 || text.length !== 24) return text;
    day = at - since;
    prefix = text.slice(0, 11);
  }
  const seconds = Math.floor(since / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${prefix}${time}.${String(1000 + (since % 1000)).slice(1)}Z`;
}

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));
