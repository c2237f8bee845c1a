import { locale, texts } from '../texts/texts.ts';

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const year = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const long = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });

const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);

export const clockTime = (at: number): string => clock.format(at);

/** In a list: the time of today, else the date. */
export function shortTime(at: string, now: number): string {
  const ms = Date.parse(at);
  if (midnight(ms) === midnight(now)) return clock.format(ms);
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? day.format(ms) : year.format(ms);
}

/** Over the messages of a day. */
export function dayLine(at: number, now: number): string {
  if (midnight(at) === midnight(now)) return texts.chat.today;
  if (midnight(at) === midnight(midnight(now) - 1)) return texts.chat.yesterday;
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? long.format(at) : year.format(at);
}

export const sameDay = (a: number, b: number): boolean => midnight(a) === midnight(b);
