import { defaultSiteSettings, type SiteChange, type SiteSettings } from '#protocol/site.ts';

/** Settings that are changed field by field; every other one is replaced as a whole. */
const groups = ['identity', 'widget', 'chat', 'routing', 'privacy', 'cobrowse'] as const;

/** The settings with a change laid over them; what the change leaves out, also within a group, stays. */
export function changedSettings(settings: SiteSettings, change: SiteChange): SiteSettings {
  const parts = groups.map((group) => [group, { ...settings[group], ...given(change[group]) }]);
  return { ...settings, ...given(change), ...Object.fromEntries(parts) };
}

/** What was kept by an older version lacks the settings that have come since. */
export const completeSettings = (kept: SiteChange): SiteSettings => changedSettings(defaultSiteSettings, kept);

function given<T extends object>(change: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(change ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}
