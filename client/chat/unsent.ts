import type { VisitorId } from '#protocol/ids.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { storageOf, storedKeys } from '../core/storedKeys.ts';

const kindOf = ({ sessionIds }: WidgetBoot) => (sessionIds ? 'session' : 'local');

/** What a visitor wrote on an earlier page and has not sent, as a page sees it that shows no chat. */
const unsentKeys = (boot: WidgetBoot, visitorId: VisitorId | undefined): string[] =>
  storedKeys(kindOf(boot), `coview:out:${boot.site}:${visitorId}:`);

export const hasUnsent = (boot: WidgetBoot, visitorId: VisitorId | undefined): boolean =>
  unsentKeys(boot, visitorId).length > 0;

export function forgetUnsent(boot: WidgetBoot, visitorId: VisitorId | undefined): void {
  try {
    for (const key of unsentKeys(boot, visitorId)) storageOf(kindOf(boot)).removeItem(key);
    sessionStorage.removeItem(`coview:draft:${boot.site}`);
  } catch {
    // Storage is forbidden: nothing is there.
  }
}
