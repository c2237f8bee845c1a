import { expect, it } from 'vitest';
import type { SiteId } from '#protocol/ids.ts';
import { defaultSiteSettings, Site, SiteChange, type SiteSettings } from '#protocol/site.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { testDatabase } from '#test/support/testDatabase.ts';

const shop = 'shop' as SiteId;

async function directory(mode?: 'open' | 'signed') {
  const store = await TypeOrmStore.open(await testDatabase());
  const sites = await SiteDirectory.load(store.sites, mode);
  await sites.create(shop, 'Shop', { allowedOrigins: ['https://shop.example'], widget: { color: '#004488' } });
  return { store, sites };
}

it('[SITE-11] a site begins with the usual settings and what it was given of each group', async () => {
  const { sites } = await directory();
  expect(sites.require(shop).settings).toEqual({
    ...defaultSiteSettings,
    allowedOrigins: ['https://shop.example'],
    widget: { ...defaultSiteSettings.widget, color: '#004488' },
  });
});

it('[SITE-11] settings of an older version get the ones that have come since', async () => {
  const { store } = await directory();
  const old = { allowedOrigins: ['https://old.example'], sessionIds: true, language: 'de' };
  const partly = { ...old, chat: { visibility: 'hidden' } };
  for (const settings of [old, partly]) {
    await store.sites.update({ id: shop, name: 'Shop', settings: settings as unknown as SiteSettings });
    const { chat } = defaultSiteSettings;
    expect((await SiteDirectory.load(store.sites)).require(shop).settings).toEqual({
      ...defaultSiteSettings,
      ...settings,
      chat: 'chat' in settings ? { ...chat, visibility: 'hidden' } : chat,
    });
  }
});

it('[SITE-12] a change names fields, also within a group; what it leaves out stays, and two at once both hold', async () => {
  const { store, sites } = await directory();
  const told: Site[] = [];
  sites.on('changed', (site) => told.push(site));
  await Promise.all([
    sites.update(shop, { settings: { widget: { position: 'left' }, routing: { maxChats: 3 } } }),
    sites.update(shop, { name: 'The shop', settings: { widget: { sound: false }, privacy: { retentionDays: 30 } } }),
    sites.update(shop, { settings: { cobrowse: { enabled: true } } }),
    sites.update(shop, { settings: { openingHours: { timeZone: 'Europe/Berlin', week: {}, holidays: [] } } }),
  ]);
  const { settings, name } = sites.require(shop);
  expect(name).toBe('The shop');
  expect(settings.widget).toEqual({ ...defaultSiteSettings.widget, color: '#004488', position: 'left', sound: false });
  expect(settings.routing).toEqual({ automatic: true, maxChats: 3 });
  expect(settings.privacy.retentionDays).toBe(30);
  expect(settings.cobrowse).toEqual({ ...defaultSiteSettings.cobrowse, enabled: true });
  expect((await sites.update(shop, { settings: { openingHours: null } })).settings.openingHours).toBeNull();
  expect(told).toHaveLength(5);
  expect(told.at(-1)).toBe(sites.require(shop));
  expect((await SiteDirectory.load(store.sites)).require(shop)).toEqual(sites.require(shop));
});

it('[SITE-13] a site leaves it to the server whether pages are believed, or chooses for itself', async () => {
  for (const server of [undefined, 'open', 'signed'] as const) {
    const { sites } = await directory(server);
    expect(sites.identityMode(shop)).toBe(server ?? 'open');
    for (const mode of ['open', 'signed'] as const) {
      await sites.update(shop, { settings: { identity: { mode } } });
      expect(sites.identityMode(shop)).toBe(mode);
    }
  }
});

it('[SAFE-29] what an older version kept can be read, and the rest of the site changed', async () => {
  const { store } = await directory();
  const twice = [{ date: '2026-12-25' }, { date: '2026-12-25', hours: [] }];
  const openingHours = { timeZone: 'UTC', week: {}, holidays: twice };
  expect(SiteChange.safeParse({ openingHours }).success).toBe(false);
  await store.sites.update({ id: shop, name: 'Shop', settings: { ...defaultSiteSettings, openingHours } });
  const sites = await SiteDirectory.load(store.sites);
  expect(Site.parse(sites.require(shop)).settings.openingHours).toEqual(openingHours);
  const changed = await sites.update(shop, { settings: { language: 'de' } });
  expect(changed.settings).toEqual({ ...defaultSiteSettings, openingHours, language: 'de' });
});
