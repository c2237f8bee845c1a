import type { WidgetBoot } from '#protocol/site.ts';

/** Whom a page tells what it shows, or hears that from: pages that the site itself allows to have the widget. */
export interface FarPolicy {
  site: string;
  trusts(origin: string): boolean;
}

export type Site = Pick<WidgetBoot, 'site' | 'cobrowse'>;

/** From a page to what is in its frames, of whatever origin: is the widget there? Says nothing of anybody. */
export interface Hail {
  coview: 'frame?';
}

/** The answer to it, and what a framed page says when it has loaded. */
export interface Here {
  coview: 'frame!';
  site: string;
}

/** To a frame that is trusted, at its very origin: record into the port that comes along. */
export interface Begin {
  coview: 'frame';
  site: string;
  /** Numbers of nodes and sheets are above this, by up to RANGE. */
  firstId: number;
  /** All of it is to be masked, as the frame is. */
  masked: boolean;
  /** Its pictures may be seen all the same. */
  pictures: boolean;
}

/** Through the port, of what is in the frame. Addresses of assets stand as `asset:~n~` in the events. */
export interface Told {
  /** JSON of rrweb events. */
  events: string;
  isPointer: boolean;
  assets: [n: number, url: string, kind: 'image' | 'font' | 'style', base: string][];
}

export function policyOf({ site, cobrowse }: Site): FarPolicy {
  const patterns = cobrowse?.origins ?? [];
  return { site, trusts: (origin) => patterns.some((pattern) => matches(origin, pattern)) };
}

/** A pattern is an origin, or one with `*` for the port. */
function matches(origin: string, pattern: string): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.endsWith(':*')) return origin === wanted;
  const host = wanted.slice(0, -2);
  return origin === host || (origin.startsWith(`${host}:`) && /^\d+$/.test(origin.slice(host.length + 1)));
}
