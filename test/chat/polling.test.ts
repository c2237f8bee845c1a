import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConversationStatus } from '#protocol/conversation.ts';
import type { ConversationId } from '#protocol/ids.ts';
import { ConversationLog } from '#signaling/chat/ConversationLog.ts';
import { ConversationService } from '#signaling/chat/ConversationService.ts';
import type { ConversationRecord } from '#signaling/store/ChatStore.ts';
import { Rows } from '#signaling/store/Rows.ts';
import type { Store } from '#signaling/store/Store.ts';
import { demo, House } from '#test/support/House.ts';
import { Peer } from '#test/support/Peer.ts';
import { TestService } from '#test/support/TestService.ts';
import { draft, say } from './Talk.ts';

let house: House;
beforeEach(async () => {
  house = await House.open();
});
afterEach(async () => {
  vi.useRealTimers();
  await house.close();
});

/** A database that writes several changes at once, as PostgreSQL does: each is kept when `commit` is told to. */
function overlapping({ chat, ...store }: Store) {
  const waiting = new Map<ConversationId, () => void>();
  const change: Store['chat']['change'] = async (site, id, work) => {
    const before = (await chat.get(site, id)) as ConversationRecord;
    const after = work(before);
    await new Promise<void>((resolve) => waiting.set(id, resolve));
    return chat.change(site, id, () => after);
  };
  const commit = (id: ConversationId) => waiting.get(id)?.();
  /** Resolves when all of these wait for that; the clock stands still meanwhile. */
  const begun = async (...ids: ConversationId[]) => {
    while (!ids.every((id) => waiting.has(id))) await setImmediate();
  };
  return {
    store: { ...store, chat: Object.assign(Object.create(chat) as Store['chat'], { change }) },
    commit,
    begun,
  };
}

function polled(overlap: Store) {
  const { store, rows } = Rows.over(overlap as Store);
  const unused = {} as ConstructorParameters<typeof ConversationService>[0] & { hooks: never; log: never };
  const outlet = { toConversation: () => {} };
  const conversations = new ConversationLog({
    ...unused,
    store,
    hooks: { rows: () => [] } as never,
    outlet,
    log: pino({ level: 'silent' }),
  });
  const service = new ConversationService({ ...unused, rows, conversations, presence: { present: () => undefined } });
  const known = new Map<ConversationId, ConversationStatus>();
  let since = 0;
  return {
    known,
    set: (id: ConversationId, status: ConversationStatus) =>
      conversations.change(demo, id, (before) => ({ ...before, status })),
    /** As programs do: what has changed since the latest change that they know. */
    poll: async () => {
      const { items } = await service.list(demo, undefined, { since, limit: 10 });
      for (const { id, status, updatedAt } of items) {
        known.set(id, status);
        since = Math.max(since, Date.parse(updatedAt));
      }
    },
  };
}

async function two(): Promise<[ConversationId, ConversationId]> {
  const [one, other] = [await house.visitor(), await house.visitor()];
  return [(await say(one, 'one')).conversationId, (await say(other, 'other')).conversationId];
}

test('[CHAT-51] a change that is kept after a later one is not missed', async () => {
  const [early, late] = await two();
  const { store, commit, begun } = overlapping(house.store);
  const { set, poll, known } = polled(store);
  await poll();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
  const first = set(early, 'DONE');
  await begun(early);
  vi.advanceTimersByTime(5);
  const second = set(late, 'DONE');
  await begun(late);
  commit(late);
  await second;
  vi.advanceTimersByTime(5);
  const polling = poll();
  commit(early);
  await Promise.all([first, polling]);
  await poll();
  expect(Object.fromEntries(known)).toEqual({ [early]: 'DONE', [late]: 'DONE' });
});

test('[CHAT-51] nor one of the same millisecond that is kept while they read', async () => {
  const [early, late] = await two();
  const { store, commit, begun } = overlapping(house.store);
  const { set, poll, known } = polled(store);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
  const changes = [set(early, 'DONE'), set(late, 'DONE')];
  await begun(early, late);
  commit(late);
  await changes[1];
  const polling = poll();
  commit(early);
  await Promise.all([...changes, polling]);
  await poll();
  expect(Object.fromEntries(known)).toEqual({ [early]: 'DONE', [late]: 'DONE' });
});

test('[CHAT-51] what is kept is told though another change is under way, and one that fails holds up nobody', async () => {
  const [one, other] = await two();
  const { store, commit, begun } = overlapping(house.store);
  const { set, poll, known } = polled(store);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
  const kept = set(one, 'DONE');
  await begun(one);
  commit(one);
  await kept;
  const later = set(other, 'DONE');
  await begun(other);
  await poll();
  expect(known.get(one)).toBe('DONE');
  vi.spyOn(house.store.chat, 'change').mockRejectedValueOnce(new Error('no connection'));
  commit(other);
  await expect(later).rejects.toThrow('no connection');
  await poll();
  expect(known.get(other)).toBe('UNREAD');
});

test('[CHAT-51] nor one after a restart of a server whose clock was ahead; what was kept meanwhile is told, too', async () => {
  const before = await TestService.start();
  const write = async (service: TestService) => {
    const visitor = await Peer.visitor(service.url);
    const { conversationId } = await visitor.request('chat.send', { message: draft('hello') });
    visitor.close();
    return conversationId;
  };
  const first = await write(before);
  const ahead = Date.now() + 60 * 60_000;
  await before.coview.store.chat.change(demo, first, (found) => ({ ...found, updatedAt: ahead }));
  await before.stop({ keepData: true });
  const service = await TestService.start({ data: before.data });
  const listed = async (since: number) => {
    const answer = await service.rest('GET', `conversations?since=${new Date(since).toISOString()}`);
    return ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  expect(await listed(0)).toEqual([first]);
  const second = await write(service);
  expect(await listed(ahead)).toEqual([second]);
  await service.stop();
});
