import { expect, test } from 'vitest';
import { defaultSiteSettings } from '#protocol/site.ts';
import { acme, aSite, other } from '#test/store/records.ts';
import type { StoreFixture } from './StoreFixture.ts';

export function sitesContract(fixture: StoreFixture): void {
  test('[STORE-1] a site comes back as it was created, by id, by API key and in the list', async () => {
    const { sites } = await fixture.open();
    const settings = { ...defaultSiteSettings, allowedOrigins: ['https://shop.example', 'http://localhost:*'] };
    const site = { ...aSite(), name: 'Größe & Söhne 🛒', settings };
    await sites.create(site, 'hash 1');
    await sites.create(aSite(other), 'hash 2');
    expect(await sites.get(acme)).toStrictEqual(site);
    expect(await sites.findByApiKey('hash 1')).toStrictEqual(site);
    expect(await sites.list()).toStrictEqual([site, aSite(other)]);
  });

  test('[STORE-1] what does not exist is undefined', async () => {
    const { sites } = await fixture.open();
    expect(await sites.get(acme)).toBeUndefined();
    expect(await sites.findByApiKey('hash')).toBeUndefined();
    expect(await sites.list()).toEqual([]);
  });

  test('[STORE-1] an update replaces name and settings and leaves the API key', async () => {
    const { sites } = await fixture.open();
    await sites.create(aSite(), 'hash 1');
    await sites.create(aSite(other), 'hash 2');
    const changed = { ...aSite(), name: 'New', settings: { ...defaultSiteSettings, sessionIds: true } };
    await sites.update(changed);
    expect(await sites.findByApiKey('hash 1')).toStrictEqual(changed);
    expect(await sites.get(other)).toStrictEqual(aSite(other));
  });

  test('[STORE-1] a new API key puts the old one out of use', async () => {
    const { sites } = await fixture.open();
    await sites.create(aSite(), 'old');
    await sites.create(aSite(other), 'of the other site');
    await sites.setApiKey(acme, 'new');
    expect(await sites.findByApiKey('old')).toBeUndefined();
    expect(await sites.findByApiKey('new')).toStrictEqual(aSite());
    expect(await sites.findByApiKey('of the other site')).toStrictEqual(aSite(other));
  });

  test('[STORE-4] a taken id is a CONFLICT and changes nothing, also for two at once', async () => {
    const { sites } = await fixture.open();
    const names = ['a', 'b', 'c', 'd'];
    const results = await Promise.allSettled(names.map((name) => sites.create({ ...aSite(), name }, `hash ${name}`)));
    const winners = names.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    }
    expect(await sites.list()).toStrictEqual([{ ...aSite(), name: winners[0] }]);
    expect(await sites.findByApiKey(`hash ${winners[0]}`)).toBeDefined();
  });

  test('[STORE-10] changing a site that does not exist is NOT_FOUND', async () => {
    const { sites } = await fixture.open();
    await expect(sites.update(aSite())).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
    await expect(sites.setApiKey(acme, 'hash')).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
  });
}
