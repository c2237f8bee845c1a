import { expect, test } from 'vitest';
import { until } from '#test/support/until.ts';
import { acme, Outbox, receiver } from './Outbox.ts';

test('[HOOK-1] a webhook that is deleted leaves nothing behind in the sender', async () => {
  const target = await receiver();
  const outbox = await Outbox.open();
  const gone = await outbox.webhook(target);
  const kept = await outbox.webhook(target);
  await outbox.tell();
  await target.count(2);
  expect(outbox.sender.lanes).toBe(2);
  await outbox.directory.delete(acme, gone.id, 'site');
  await until(() => expect(outbox.sender.lanes).toBe(1));
  expect(outbox.directory.get(kept.id)).toBeDefined();
});
