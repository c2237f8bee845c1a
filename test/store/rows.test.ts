import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConversationId, CustomerId, SiteId } from '#protocol/ids.ts';
import { Kept } from '#signaling/store/Kept.ts';
import { Rows } from '#signaling/store/Rows.ts';
import type { Store } from '#signaling/store/Store.ts';
import { TypeOrmStore } from '#signaling/store/TypeOrmStore.ts';
import { storeContract } from './contract.ts';
import { fileDatabase } from './fileDatabase.ts';
import { acme, aMessage, anAgent, aSite, begun, other, plainPolicy } from './records.ts';
import { TemporaryFolder } from './TemporaryFolder.ts';

type Readings = Pick<Rows, 'agents' | 'agent' | 'conversation' | 'conversations' | 'messages' | 'customers'>;

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await TemporaryFolder.create();
});
afterAll(() => folder.remove());

/**
 * A store that reads from its rows. All that was ever read of what a test writes is in memory before each write, and
 * after it the rows tell what the store does.
 */
function readingRows(real: Store): Store {
  const { store, rows } = Rows.over(real);
  const seen = new Map<string, (from: Readings) => unknown>();
  const fromStore: Readings = {
    agents: (site, page) => real.agents.list(site, page),
    agent: (site, email) => real.agents.findByEmail(site, email),
    conversation: (site, id) => real.chat.get(site, id),
    conversations: (site, options) => real.chat.list(site, options),
    messages: (site, id, range) => real.chat.history(site, id, range),
    customers: async (site, ids) => Promise.all(ids.map((id) => real.customers.get(site, id))),
  };
  const see = (what: string, reading: (from: Readings) => unknown): void => {
    seen.set(what, reading);
  };
  const seeConversation = (site: SiteId, id: ConversationId, customerId: CustomerId): void => {
    see(id, (from) => from.conversation(site, id));
    see(`messages of ${id}`, (from) => from.messages(site, id, { after: 0, limit: 200 }));
    see(customerId, (from) => from.customers(site, [customerId]));
    see(`conversations of ${site}`, (from) => from.conversations(site, { limit: 200 }));
    see(`agents of ${site}`, (from) => from.agents(site, { limit: 200 }));
  };
  const all = (from: Readings): Promise<unknown[]> => Promise.all([...seen.values()].map((reading) => reading(from)));
  const checked = <Part extends object>(part: Part): Part =>
    Object.fromEntries(
      Object.entries(part).map(([name, method]) => {
        if (/^(get|find|list|search|history|idle|openChats|visitorsOf)/.test(name)) return [name, method];
        const watched = async (...given: unknown[]) => {
          await all(rows);
          try {
            const written = await method(...given);
            if (name === 'begin') seeConversation(written.site, written.id, written.customerId);
            return written;
          } finally {
            expect(await all(rows), `rows after ${name}`).toEqual(await all(fromStore));
          }
        };
        return [name, watched];
      }),
    ) as Part;
  return {
    ...store,
    agents: {
      ...checked(store.agents),
      list: async (site, page) => rows.agents(site, page),
      findByEmail: async (site, email) => rows.agent(site, email),
    },
    customers: {
      ...checked(store.customers),
      get: async (site, id) => (await rows.customers(site, [id]))[0],
      getMany: async (site, ids) => (await rows.customers(site, ids)).filter((row) => row !== undefined),
    },
    chat: {
      ...checked(store.chat),
      get: async (site, id) => rows.conversation(site, id),
      list: async (site, options) => rows.conversations(site, options),
      history: async (site, id, range) => [...(await rows.messages(site, id, range))],
    },
  };
}

/** No second passes in a test: what is old would be told. */
describe('[STORE-35]', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterAll(() => {
    vi.useRealTimers();
  });
  storeContract('a store whose rows are read from memory', async () =>
    fileDatabase(folder.newFile(), async (file) => readingRows(await TypeOrmStore.open({ file }))),
  );
});

test('[STORE-35] a row is the same object until it is written; others stay', async () => {
  const real = await TypeOrmStore.open({ file: folder.newFile() });
  const { store, rows } = Rows.over(real);
  for (const site of [acme, other]) await store.sites.create(aSite(site), `key of ${site}`);
  const [one, two, theirs] = [await begun(store), await begun(store), await begun(store, { site: other })];
  const read = async () => ({
    one: await rows.conversation(acme, one.id),
    messages: await rows.messages(acme, one.id, { after: 0, limit: 50 }),
    two: await rows.conversation(acme, two.id),
    list: await rows.conversations(acme, { limit: 50 }),
    theirs: await rows.conversation(other, theirs.id),
    theirList: await rows.conversations(other, { limit: 50 }),
    person: (await rows.customers(acme, [one.customerId]))[0],
    agents: await rows.agents(acme, { limit: 50 }),
  });
  let known = await read();
  const changed = async (write: () => Promise<unknown>) => {
    await write();
    const now = await read();
    const names = (Object.keys(now) as (keyof typeof now)[]).filter((name) => now[name] !== known[name]);
    known = now;
    return names;
  };
  const { person } = known;
  if (!person) throw new Error('nobody there');
  const agent = anAgent();
  expect(await changed(async () => undefined)).toEqual([]);
  expect(await changed(() => store.chat.append([aMessage(one)], plainPolicy))).toEqual(['one', 'messages', 'list']);
  expect(await changed(() => store.chat.receive(acme, one.id, 'agent', { read: 1 }))).toEqual([
    'one',
    'messages',
    'list',
  ]);
  expect(await changed(() => store.chat.change(acme, two.id, () => undefined))).toEqual(['two', 'list']);
  expect(await changed(() => store.customers.save({ ...person, firstname: 'A' }, undefined))).toEqual([
    'list',
    'person',
  ]);
  expect(await changed(() => store.agents.create(agent))).toEqual(['agents']);
  expect(await changed(() => store.agents.change(acme, { update: [{ ...agent, name: 'B' }] }))).toEqual(['agents']);
  // Who leaves, leaves people and conversations to nobody.
  const whole = ['one', 'messages', 'two', 'list', 'person', 'agents'];
  expect(await changed(() => store.agents.change(acme, { update: [{ ...agent, active: false }] }))).toEqual(whole);
  expect(await changed(() => store.agents.change(acme, { delete: [agent.id] }))).toEqual(whole);
  expect(await changed(() => store.customers.erase(other, theirs.customerId, []))).toEqual(['theirs', 'theirList']);
  await store.close();
});

describe('[STORE-35] what is kept', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is not what was read while it was written', async () => {
    const kept = new Kept();
    let finish = (_value: string) => {};
    const slow = kept.read(acme, 'a', '', () => new Promise<string>((resolve) => (finish = resolve)));
    const many = kept.readMany(acme, ['a', 'b'], '', async (unknown) => {
      kept.forget(acme, 'a');
      return unknown.map((thing) => `old ${thing}`);
    });
    kept.forget(acme, 'a');
    finish('old');
    expect([await slow, await many]).toEqual(['old', ['old a', 'old b']]);
    const anew = (of: string) => kept.read(acme, of, '', async () => 'new');
    expect([await anew('a'), await anew('b')]).toEqual(['new', 'old b']);
  });

  test('is read once for all who ask meanwhile, but not for those who ask after a write, nor after a failure', async () => {
    const kept = new Kept();
    const loads: PromiseWithResolvers<string>[] = [];
    const read = async () =>
      kept.read(acme, 'a', '', () => {
        const load = Promise.withResolvers<string>();
        loads.push(load);
        return load.promise;
      });
    const early = [read(), read()];
    kept.forget(acme, 'a');
    const late = [read(), read()];
    expect(loads).toHaveLength(2);
    loads[1]?.resolve('new');
    loads[0]?.resolve('old');
    expect(await Promise.all([...early, ...late, read()])).toEqual(['old', 'old', 'new', 'new', 'new']);
    kept.forget(acme, 'a');
    const failing = [read(), read()];
    loads[2]?.reject(new Error('no database'));
    for (const one of failing) await expect(one).rejects.toThrow('no database');
    const again = read();
    loads[3]?.resolve('there');
    expect([await again, loads.length]).toEqual(['there', 4]);
  });

  test('is read again after a second, and at once when it is all forgotten, or where nothing is to be kept', async () => {
    vi.useFakeTimers();
    let reads = 0;
    const load = async () => ++reads;
    const kept = new Kept();
    const read = () => kept.read(acme, 'a', '', load);
    expect([await read(), await read()]).toEqual([1, 1]);
    vi.advanceTimersByTime(999);
    expect(await read()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await read()).toBe(2);
    kept.forget(other);
    kept.forget(acme, 'b');
    expect(await read()).toBe(2);
    kept.forget(acme);
    expect(await read()).toBe(3);
    kept.forget();
    expect(await read()).toBe(4);
    kept.keeps = false;
    expect([await read(), await read()]).toEqual([5, 6]);
    kept.keeps = true;
    expect(await read()).toBe(4);
  });

  test('is bounded, and things are told apart', async () => {
    const kept = new Kept();
    const list = (of: string) => kept.read(acme, of, '', async () => ({ items: Array(1_999).fill(of) }));
    const first = await list('0');
    for (let i = 1; i < 5; i++) await list(`${i}`);
    expect(await list('0')).toBe(first);
    await list('5');
    expect(await list('0')).not.toBe(first);
    const ids = ['c_1', 'c_2', 'c_1'] as CustomerId[];
    const asked: unknown[] = [];
    const people = () =>
      kept.readMany(acme, ids, '', async (unknown) => {
        asked.push(unknown);
        return unknown.map((id) => `person ${id}`);
      });
    const expected = ['person c_1', 'person c_2', 'person c_1'];
    expect([await people(), await people(), asked]).toEqual([expected, expected, [ids]]);
  });
});
