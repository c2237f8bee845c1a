import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { CobrowseId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Assets } from '#signaling/cobrowse/Assets.ts';
import { png } from '#test/http/sampleFiles.ts';

vi.mock('node:fs/promises', { spy: true });

test('[RELAY-26] what was on its way is told so too where the folder fills again while it is removed', async () => {
  const folder = join(tmpdir(), newId('coview'));
  const assets = await Assets.create({ folder });
  const session = newId<CobrowseId>('cb');
  assets.open(session);
  const { promise, resolve: finish } = Promise.withResolvers<void>();
  async function* bytes() {
    yield png;
    await promise;
  }
  const late = assets.take(session, { type: 'image/png', bytes: bytes() });
  vi.mocked(rm).mockRejectedValue(Object.assign(new Error('not empty'), { code: 'ENOTEMPTY' }));
  assets.close(session);
  finish();
  await expect(late).rejects.toMatchObject({ name: 'CvError', code: 'NOT_FOUND' });
  vi.mocked(rm).mockRestore();
  await rm(folder, { recursive: true });
});
