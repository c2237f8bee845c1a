import { expect, onTestFinished, test, vi } from 'vitest';
import type { SiteId } from '#protocol/ids.ts';
import { defaultSiteSettings } from '#protocol/site.ts';
import { AgentService } from '#signaling/identity/AgentService.ts';
import { SiteDirectory } from '#signaling/site/SiteDirectory.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { slowStore } from '#test/support/slowStore.ts';
import { testDatabase } from '#test/support/testDatabase.ts';

const shop = 'shop' as SiteId;

async function open() {
  const store = slowStore(await TypeOrmStore.open(await testDatabase()));
  return { store, sites: await SiteDirectory.load(store.sites) };
}

test('[SITE-1] a site is made once, with the defaults, and found again after a restart', async () => {
  const { store, sites } = await open();
  await sites.create(shop, 'Shop', { sessionIds: true });
  const site = { id: shop, name: 'Shop', settings: { ...defaultSiteSettings, sessionIds: true } };
  expect(sites.require(shop)).toEqual(site);
  await expect(sites.create(shop, 'Another')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await SiteDirectory.load(store.sites)).get(shop)).toEqual(site);
  expect(sites.get('other')).toBeUndefined();
  expect(() => sites.require('other')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  await store.close();
});

test('[SITE-2] settings that are named change, the others stay, also when two are changed at the same moment', async () => {
  const { store, sites } = await open();
  await sites.create(shop, 'Shop');
  await Promise.all([
    sites.update(shop, { settings: { sessionIds: true } }),
    sites.update(shop, { name: 'Our shop' }),
    sites.update(shop, { settings: { language: 'de' } }),
  ]);
  const site = { id: shop, name: 'Our shop', settings: { ...defaultSiteSettings, sessionIds: true, language: 'de' } };
  expect(sites.get(shop)).toEqual(site);
  expect(await store.sites.get(shop)).toEqual(site);
  await store.close();
});

test('[SITE-3] an API key opens its site until it is renewed', async () => {
  const { store, sites } = await open();
  const agents = new AgentService(store, { dropTokens: () => {} });
  const first = await sites.create(shop, 'Shop');
  const other = await sites.create('other' as SiteId, 'Other');
  expect(await agents.authenticate(first)).toEqual({ kind: 'site', site: shop });
  const second = await sites.renewApiKey(shop);
  expect(await agents.authenticate(first)).toBeUndefined();
  expect(await agents.authenticate(second)).toEqual({ kind: 'site', site: shop });
  expect(await agents.authenticate(other)).toEqual({ kind: 'site', site: 'other' });
  expect(await agents.authenticate(second.replace('cvk_', 'cvu_'))).toBeUndefined();
  await store.close();
});

test('[SITE-30] a site that another process has made is found when it is asked for, completed, and told; unknown ones cost few queries', async () => {
  const { store, sites } = await open();
  const elsewhere = await SiteDirectory.load(store.sites);
  const changed: string[] = [];
  sites.on('changed', ({ id }) => changed.push(id));
  expect(await sites.find(shop)).toBeUndefined();
  await elsewhere.create(shop, 'Shop', { language: 'de' });
  expect(sites.get(shop)).toBeUndefined();
  const [one, other] = await Promise.all([sites.find(shop), sites.find(shop)]);
  expect(one).toEqual({ id: shop, name: 'Shop', settings: { ...defaultSiteSettings, language: 'de' } });
  expect(other).toBe(one);
  expect(changed).toEqual([shop]);
  expect(sites.list()).toEqual([one]);
  expect(sites.find(shop)).toBe(one);

  const asked: string[] = [];
  const counted = await SiteDirectory.load({
    ...store.sites,
    list: async () => [],
    get: async (id) => {
      asked.push(id);
      return store.sites.get(id);
    },
  });
  // All of it within one second.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  for (let count = 0; count < 500; count++) await counted.find(`junk-${count}`);
  for (const none of ['', 'No site', '../shop', 'x'.repeat(41)]) await counted.find(none);
  expect(asked).toHaveLength(20);
  // Whoever has a key is not kept waiting by them.
  expect(await counted.learn(shop)).toEqual(one);
  await store.close();
});
