import { expect, test } from 'vitest';
import { ChangeTimes } from '#signaling/chat/ChangeTimes.ts';
import { OpenChats } from '#signaling/chat/OpenChats.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import { aConversation, aCustomer } from '#test/store/records.ts';
import { demo } from '#test/support/House.ts';

const anna = 'anna@example.com';

/** Anna has one chat; `give` keeps another one as hers, and `tell` says so. `onCount` happens while they are counted. */
function counted(onCount: () => Promise<void>) {
  let [kept, shown] = [1, 0];
  const times = new ChangeTimes();
  const openChats = async () => {
    const found = new Map([[anna, kept]]);
    await onCount();
    return found;
  };
  const setOpenChats = (_: unknown, counts: ReadonlyMap<string, number>) => {
    shown = counts.get(anna) ?? 0;
  };
  const chats = new OpenChats({ openChats }, { setOpenChats }, times);
  const waiting: ConversationRecord = aConversation(aCustomer({ site: demo }), { status: 'UNREAD' });
  return {
    times,
    count: () => chats.count(demo),
    give: () => void kept++,
    tell: () => chats.changed({ ...waiting, assignee: anna }, waiting),
    shown: () => shown,
  };
}

test('[PRES-12] a chat that somebody gets while they are counted is counted', async () => {
  let during = async () => {};
  const { count, give, tell, shown } = counted(() => during());
  await count();
  during = async () => {
    during = async () => {};
    give();
    tell();
  };
  await count();
  expect(shown()).toBe(2);
});

test('[PRES-12] one that was kept before and is told after counts once', async () => {
  const { count, give, tell, shown, times } = counted(async () => {});
  await count();
  const told = Promise.withResolvers<void>();
  const given = times
    .write(async (now) => {
      now(0);
      give();
      await told.promise;
    })
    .then(tell);
  const counting = count();
  await new Promise(setImmediate);
  told.resolve();
  await Promise.all([given, counting]);
  expect(shown()).toBe(2);
});
