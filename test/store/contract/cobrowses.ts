import { expect, test } from 'vitest';
import type { CobrowseId, CustomerId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { aCobrowse, acme, anEntry, other } from '#test/store/records.ts';
import { allPages } from './paging.ts';
import type { StoreFixture } from './StoreFixture.ts';

const ended = {
  state: 'ended',
  reason: 'revoked',
  consentedAt: 1_764_000_000_100,
  activeAt: 1_764_000_000_200,
  endedAt: 1_764_000_000_300,
} as const;

export function cobrowsesContract(fixture: StoreFixture): void {
  test('[STORE-1] a sharing comes back as saved; saving again replaces it', async () => {
    const { cobrowses } = await fixture.open();
    const cobrowse = aCobrowse();
    await cobrowses.save(cobrowse, []);
    expect(await cobrowses.get(acme, cobrowse.id)).toStrictEqual(cobrowse);
    const later = { ...cobrowse, ...ended, customerId: newId<CustomerId>('cu') };
    await cobrowses.save(later, []);
    expect(await cobrowses.get(acme, cobrowse.id)).toStrictEqual(later);
    expect(await cobrowses.get(acme, newId<CobrowseId>('cb'))).toBeUndefined();
  });

  test('[STORE-6] a sharing and its audit entries are saved together or not at all', async () => {
    const { cobrowses, audit } = await fixture.open();
    const cobrowse = aCobrowse();
    const entries = [anEntry({ at: 2, subject: cobrowse.id }), anEntry({ at: 1 })];
    await cobrowses.save(cobrowse, entries);
    expect((await audit.list(acme, { limit: 9 })).items).toStrictEqual(entries);
    const refused = cobrowses.save({ ...cobrowse, ...ended }, [anEntry(), ...entries.slice(0, 1)]);
    await expect(refused).rejects.toMatchObject({ name: 'CvError', code: 'CONFLICT' });
    expect(await cobrowses.get(acme, cobrowse.id)).toStrictEqual(cobrowse);
    expect((await audit.list(acme, { limit: 9 })).items).toStrictEqual(entries);
  });

  test('[STORE-2] a sharing of another site is as if it did not exist, even under the same id', async () => {
    const { cobrowses } = await fixture.open();
    const customerId = newId<CustomerId>('cu');
    const ours = aCobrowse({ customerId });
    const theirs = { ...ours, ...ended, site: other };
    await cobrowses.save(ours, []);
    expect(await cobrowses.get(other, ours.id)).toBeUndefined();
    expect(await cobrowses.list(other, { limit: 9, customerId })).toEqual({ items: [] });
    await cobrowses.save(theirs, []);
    expect(await cobrowses.get(acme, ours.id)).toStrictEqual(ours);
    expect(await cobrowses.get(other, ours.id)).toStrictEqual(theirs);
  });

  test('[STORE-8] one person’s sharings are listed newest first, page by page', async () => {
    const { cobrowses } = await fixture.open();
    const customerId = newId<CustomerId>('cu');
    const theirs = Array.from({ length: 7 }, (_, n) => aCobrowse({ customerId, startedAt: 100 - n }));
    for (const cobrowse of theirs) {
      await cobrowses.save(cobrowse, []);
      await cobrowses.save(aCobrowse({ startedAt: cobrowse.startedAt }), []);
    }
    const pages = await allPages((page) => cobrowses.list(acme, { ...page, customerId }), 3);
    expect(pages.flat()).toStrictEqual(theirs);
  });

  test('[STORE-12] unended sharings of all sites are found, oldest first', async () => {
    const { cobrowses } = await fixture.open();
    const unended = [
      aCobrowse({ startedAt: 1, state: 'ringing' }),
      aCobrowse({ startedAt: 2, state: 'connecting', site: other }),
      aCobrowse({ startedAt: 3, state: 'active' }),
    ];
    for (const cobrowse of unended.toReversed()) await cobrowses.save(cobrowse, []);
    await cobrowses.save(aCobrowse({ ...ended, startedAt: 0 }), []);
    expect(await cobrowses.listUnended()).toStrictEqual(unended);
    for (const cobrowse of unended) await cobrowses.save({ ...cobrowse, ...ended }, []);
    expect(await cobrowses.listUnended()).toEqual([]);
  });
}
