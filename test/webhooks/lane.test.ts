import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeliveryId, SiteId, WebhookId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Lane } from '#signaling/webhooks/Lane.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('[HOOK-11] rows that are rolled back are looked for ever more seldom, then no more', async () => {
  let looks = 0;
  const lane = new Lane({
    site: 'acme' as SiteId,
    webhookId: newId<WebhookId>('wh'),
    firstLook: 10,
    claim: async () => {
      looks++;
      return [];
    },
    send: async (delivery) => delivery,
    failed: () => {},
  });
  lane.expect(newId<DeliveryId>('dl'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBeGreaterThan(5);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(looks).toBeLessThan(30);
  expect(vi.getTimerCount()).toBe(0);
  lane.expect(newId<DeliveryId>('dl'));
  await lane.close();
  expect(vi.getTimerCount()).toBe(0);
});
