import type { TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';

const KEY = 'coview:tab';
let tab: TabId | undefined;

/**
 * This tab's name; a reload or a page change in the tab keeps it. It lies in session storage only between two pages:
 * a duplicated tab, which copies the storage of a living page, finds nothing there and gets a name of its own.
 */
export function tabId(): TabId {
  if (tab) return tab;
  tab = take() ?? newId<TabId>('t');
  addEventListener('pagehide', () => put(tab as TabId));
  addEventListener('pageshow', () => void take());
  return tab;
}

function take(): TabId | undefined {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return (kept ?? undefined) as TabId | undefined;
  } catch {
    return undefined;
  }
}

function put(name: TabId): void {
  try {
    sessionStorage.setItem(KEY, name);
  } catch {
    // Storage is forbidden: the next page of this tab is another tab to the server.
  }
}
