import type { WidgetBoot } from '#protocol/site.ts';
import { storageOf } from '../core/storedKeys.ts';

/** Before a kept token: the page has asked for another identity, and may be gone before the server hears of it. */
const LEFT = '-';

export const isLeft = (token: string | undefined): boolean => token?.startsWith(LEFT) ?? false;
export const marked = (token: string): string => (isLeft(token) ? token : LEFT + token);
export const unmarked = (token: string | undefined): string | undefined => (isLeft(token) ? token?.slice(1) : token);

/** Where a visitor's token is kept. */
export const tokenPlace = ({ sessionIds, site }: WidgetBoot) =>
  ({ kind: sessionIds ? 'session' : 'local', name: `visitor:${site}` }) as const;

/** Marks the kept token before anything but the first script has loaded. */
export function markLeft(boot: WidgetBoot): void {
  const { kind, name } = tokenPlace(boot);
  const key = `coview:${name}`;
  try {
    const token = storageOf(kind).getItem(key);
    if (token) storageOf(kind).setItem(key, marked(token));
  } catch {
    // Storage is forbidden: nothing is there.
  }
}
