import { constants, PerformanceObserver } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { YoungBuffers } from '#signaling/gateway/YoungBuffers.ts';

const MIB = 1024 * 1024;

/** Collections so far that somebody asked for, by their kind. */
function forcedCollections(): { minor: number; major: number; end(): void } {
  const counted = { minor: 0, major: 0, end: () => observer.disconnect() };
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind, flags } = (entry as unknown as { detail: { kind: number; flags: number } }).detail;
      if (!(flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED)) continue;
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) counted.minor++;
      if (kind === constants.NODE_PERFORMANCE_GC_MAJOR) counted.major++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return counted;
}

test('[RELAY-34] for each MiB of large messages the young garbage is collected, and never all of it', async () => {
  const collections = forcedCollections();
  const young = new YoungBuffers();
  for (let i = 0; i < 64; i++) young.came(MIB / 8);
  await expect.poll(() => collections.minor).toBeGreaterThanOrEqual(8);
  expect(collections).toMatchObject({ minor: 8, major: 0 });
  collections.end();
});
