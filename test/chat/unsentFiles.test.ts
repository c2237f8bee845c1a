import { describe, expect, test } from 'vitest';
import type { FileId, SiteId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { UnsentFiles } from '#signaling/chat/UnsentFiles.ts';

const MIB = 1024 * 1024;
const demo = 'demo' as SiteId;
const tooMuch = { code: 'RATE_LIMITED' };

/** What was sent, and how often that was asked. */
function counting() {
  const sent = new Set<FileId>();
  const asked: FileId[] = [];
  const unsent = new UnsentFiles(
    async (_, id) => {
      asked.push(id);
      return !sent.has(id);
    },
    { sender: 4 * MIB, address: 8 * MIB, site: 16 * MIB },
  );
  let visitors = 0;
  return {
    sent,
    asked,
    unsent,
    /** A new visitor uploads a file. */
    async upload(bytes: number, from: { address?: string; uploader?: string; site?: SiteId } = {}) {
      const id = newId<FileId>('f');
      const place = await unsent.reserve({ site: demo, uploader: `visitor:${++visitors}`, ...from }, id);
      try {
        await place.grow(bytes);
      } catch (error) {
        place.drop();
        throw error;
      }
      place.keep();
      return id;
    },
  };
}

describe('[FILE-11] strangers do not fill the disk', () => {
  test('ever new visitors at one address leave no more there than the address may', async () => {
    const { upload } = counting();
    for (let count = 0; count < 2; count++) await upload(3 * MIB, { address: '192.0.2.1' });
    await expect(upload(3 * MIB, { address: '192.0.2.1' })).rejects.toMatchObject({
      ...tooMuch,
      message: expect.stringMatching(/network.*send it, or wait an hour/),
    });
    await upload(3 * MIB, { address: '192.0.2.2' });
    await upload(1 * MIB, { address: '192.0.2.1' });
    await expect(upload(3 * MIB, { address: '192.0.2.1', site: 'other' as SiteId })).rejects.toMatchObject(tooMuch);
  });

  test('from wherever they come, no more than the site may; agents and other sites go on', async () => {
    const { upload } = counting();
    for (let count = 0; count < 5; count++) await upload(3 * MIB);
    await expect(upload(3 * MIB)).rejects.toMatchObject({ ...tooMuch, message: expect.stringContaining('this site') });
    await upload(3 * MIB, { uploader: 'agent:anna@example.com', address: '192.0.2.1' });
    await upload(3 * MIB, { site: 'other' as SiteId });
  });

  test('many at once count from their first byte, and what fails leaves nothing counted', async () => {
    const { upload } = counting();
    const address = '192.0.2.1';
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => upload(3 * MIB, { address })));
    const kept = tries.filter(({ status }) => status === 'fulfilled').length;
    expect(kept).toBeLessThanOrEqual(2);
    for (let count = kept; count < 2; count++) await upload(3 * MIB, { address });
    await expect(upload(3 * MIB, { address })).rejects.toMatchObject(tooMuch);
  });

  test('very many small ones are too much as well', async () => {
    const { upload } = counting();
    const tries = Array.from({ length: 1000 }, () => upload(1, { address: '192.0.2.1' }));
    const kept = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    expect(kept.length).toBeLessThanOrEqual(128);
  });

  test('what was sent makes room, also for a file that is arriving', async () => {
    const { upload, sent } = counting();
    const address = '192.0.2.1';
    for (let count = 0; count < 2; count++) sent.add(await upload(3 * MIB, { address }));
    await upload(3 * MIB, { address });
    for (let count = 0; count < 3; count++) sent.add(await upload(3 * MIB, { uploader: 'visitor:john' }));
    await upload(3 * MIB, { uploader: 'visitor:john' });
  });

  test('who is refused again and again does not have the database asked each time', async () => {
    const { upload, asked } = counting();
    for (let count = 0; count < 100; count++) await upload(100_000, { address: '192.0.2.1' }).catch(() => {});
    const before = asked.length;
    for (let count = 0; count < 100; count++) {
      await expect(upload(MIB, { address: '192.0.2.1' })).rejects.toMatchObject(tooMuch);
    }
    expect(asked.length - before).toBeLessThanOrEqual(before);
  });

  test('what went from the store makes room; what is still arriving counts however long it takes', async () => {
    const { upload, unsent } = counting();
    const address = '192.0.2.1';
    await upload(3 * MIB, { address });
    const slow = await unsent.reserve({ site: demo, uploader: 'visitor:slow', address }, newId('f'));
    await slow.grow(3 * MIB);
    unsent.forget(Date.now() + 1);
    await upload(3 * MIB, { address });
    await expect(upload(3 * MIB, { address })).rejects.toMatchObject(tooMuch);
    slow.drop();
    await upload(3 * MIB, { address });
  });
});
