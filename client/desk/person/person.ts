import type { ActiveUser } from '#protocol/presence.ts';
import { plainName, unturned } from '../../ui/plainName.ts';

interface Named {
  firstname?: string | undefined;
  lastname?: string | undefined;
  email?: string | undefined;
  id?: string | undefined;
}

export const nameOf = ({ firstname, lastname, email, id }: Named): string =>
  plainName([firstname, lastname].filter(Boolean).join(' ')) || plainName(email || id || '');

/** Two letters for the picture that a person does not have. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean);
  const letters = [words[0], words[1]].map((word) => [...(word ?? '')][0] ?? '').join('');
  return letters.toUpperCase() || '?';
}

/** Whether every word of the search is found in what is known of the user. */
export function matches(user: ActiveUser, search: string): boolean {
  const text = JSON.stringify(Object.values(user)).toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A page's address as people read it; the site's own origin says nothing to its agents. */
export function shortAddress(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return unturned(decodeURI(pathname + search));
  } catch {
    return unturned(url);
  }
}

/** A visitor's page reports its own address, and tags are anybody's: only what leads to a page may become a link. */
export const isWebAddress = (url: string): boolean => /^https?:\/\/[^\s]+$/i.test(url);

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** “3 minutes ago” in the page's language. */
export function ago(since: string, now: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const ms = Math.max(0, now - Date.parse(since));
  for (const [unit, length] of units) if (ms >= length) return format.format(-Math.floor(ms / length), unit);
  return format.format(0, 'second');
}
