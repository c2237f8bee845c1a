import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MethodRequest } from '#protocol/api.ts';
import { newId } from '#protocol/newId.ts';
import { demo, House } from '#test/support/House.ts';
import type { HouseSocket } from '#test/support/HouseSocket.ts';
import { slowStore } from '#test/support/slowStore.ts';

let house: House;
beforeEach(async () => {
  house = await House.open({ wrap: slowStore });
});
afterEach(() => house.close());

type Visitor = Awaited<ReturnType<House['visitor']>>;
const visitors = (count: number) => Promise.all(Array.from({ length: count }, () => house.visitor()));
const tag = async (socket: HouseSocket, data: MethodRequest<'visitor.tag'>) =>
  (await socket.request('visitor.tag', data)).person;

async function customersOf(sockets: readonly Visitor[]) {
  const found = await Promise.all(
    sockets.map(({ caller }) => house.store.customers.findByVisitor(demo, caller.visitorId)),
  );
  return [...new Set(found.map((customer) => customer?.customerId))];
}

test.each([
  ['email', { email: 'new@example.com' }],
  ['id', { id: 'new' }],
  ['id and email', { id: 'new', email: 'new@example.com' }],
])('[ID-11] tags at once of one new %s from many browsers make one customer', async (_, person) => {
  const sockets = await visitors(8);
  await Promise.all(sockets.map((socket) => tag(socket, person)));
  expect(await customersOf(sockets)).toEqual([expect.stringMatching(/^cu_/)]);
});

test.each([0, 1, 2, 3])(
  '[ID-11] also where some name the email alone, %i turns later than the others',
  async (turns) => {
    const sockets = await visitors(8);
    const both = { id: 'new', email: 'new@example.com' };
    const full = sockets.slice(0, 4).map((socket) => tag(socket, both));
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    await Promise.all([...full, ...sockets.slice(4).map((socket) => tag(socket, { email: both.email }))]);
    expect(await customersOf(sockets)).toEqual([expect.stringMatching(/^cu_/)]);
  },
);

test('[ID-12] tags at once of one known person from many browsers all take effect', async () => {
  const sockets = await visitors(9);
  const names = [{ id: '1' }, { email: 'known@example.com' }, {}];
  for (const socket of sockets) await tag(socket, { id: '1', email: 'known@example.com' });
  await Promise.all(
    sockets.map((socket, n) => tag(socket, { ...names[n % 3], additionalTaggingData: { [`from${n}`]: n } })),
  );
  const { additionalTaggingData } = await tag(sockets[0] as Visitor, {});
  expect(additionalTaggingData).toEqual(Object.fromEntries(sockets.map((_, n) => [`from${n}`, n])));
  const shown = house.presence.list(demo).map((user) => user.additionalTaggingData);
  expect(shown).toEqual(sockets.map(() => additionalTaggingData));
});

test('[ID-13] tags of one visitor take effect in the order they came, each whole', async () => {
  const socket = await house.visitor();
  const sent = Array.from({ length: 12 }, (_, n) => ({
    firstname: `name ${n}`,
    additionalTaggingData: { [`key${n}`]: n },
  }));
  const answers = await Promise.all([
    tag(socket, { email: 'a@example.com' }),
    ...sent.map((data) => tag(socket, data)),
  ]);
  expect(answers.map(({ firstname }) => firstname)).toEqual([undefined, ...sent.map(({ firstname }) => firstname)]);
  expect(Object.keys(answers.at(-1)?.additionalTaggingData ?? {})).toHaveLength(12);
  expect(house.presence.list(demo)).toMatchObject([{ firstname: 'name 11' }]);
});

test('[ID-13] a tag that fails holds up no other', async () => {
  const socket = await house.visitor();
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, n]));
  const [, failed, later] = await Promise.allSettled([
    tag(socket, { email: 'a@example.com', additionalTaggingData: many }),
    tag(socket, { additionalTaggingData: { another: 1 } }),
    tag(socket, { firstname: 'John' }),
  ]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_INPUT' } });
  expect(later).toMatchObject({ status: 'fulfilled', value: { firstname: 'John' } });
});

test('[ID-14] a reset comes after the tags before it, so that nobody is bound again', async () => {
  const socket = await house.visitor();
  const { token } = socket.last('visitor.welcome');
  await Promise.all([tag(socket, { email: 'a@example.com' }), socket.request('visitor.reset', {})]);
  const back = await house.visitor({ token });
  expect(back.last('visitor.welcome').person).toBeUndefined();
});

test('[ID-4] a tag that brings nothing new writes nothing, as pages tag at every load', async () => {
  const socket = await house.visitor();
  const data = { id: 1, email: 'a@example.com', labels: ['vip'], additionalTaggingData: { cart: [{ sku: 1 }] } };
  const person = await tag(socket, data);
  const save = vi.spyOn(house.store.customers, 'save');
  for (const again of [data, {}, { email: 'A@example.com' }, { id: '1', additionalTaggingData: { never: null } }]) {
    expect(await tag(socket, again)).toEqual(person);
  }
  expect(save).not.toHaveBeenCalled();
  await tag(socket, { labels: ['vip', 'gold'] });
  expect(save).toHaveBeenCalledOnce();
});

test('[CUST-7] who comes again and again, with nothing new, was heard of: noted once a day', async () => {
  const socket = await house.visitor();
  const person = await tag(socket, { email: 'regular@example.com' });
  const { customers } = house.store;
  const row = await customers.findByVisitor(demo, socket.caller.visitorId);
  if (!row) throw new Error('tagged');
  const before = Date.now() - 2 * 24 * 60 * 60_000;
  await customers.save({ ...row, updatedAt: before }, undefined);
  const save = vi.spyOn(customers, 'save');
  for (let visits = 0; visits < 3; visits++) expect(await tag(socket, {})).toEqual(person);
  expect(save).toHaveBeenCalledOnce();
  expect((await customers.get(demo, row.customerId))?.updatedAt).toBeGreaterThan(before);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
  '[ID-24] who was absorbed at login is not written again by a change that was under way, %i turns apart',
  async (turns) => {
    await tag(await house.visitor(), { email: 'known@example.com' });
    const socket = await house.visitor();
    await socket.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
    const anonymous = await house.store.customers.findByVisitor(demo, socket.caller.visitorId);
    if (!anonymous) throw new Error('a writer is a customer');
    const login = tag(socket, { email: 'known@example.com' });
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    await house.visitors.change(demo, anonymous.customerId, (row) => ({ ...row, firstname: 'Named' }));
    await login;
    expect(await house.store.customers.get(demo, anonymous.customerId)).toBeUndefined();
  },
);

test.each([0, 1, 2, 3, 4, 5])('[CUST-6] a tag %i turns before an erasure does not outlive it', async (turns) => {
  const sockets = await visitors(3);
  for (const socket of sockets) await tag(socket, { email: 'gone@example.com', firstname: 'Gone' });
  const [customerId] = await customersOf(sockets);
  if (!customerId) throw new Error('tagged');
  const tags = sockets.map((socket, n) => tag(socket, { additionalTaggingData: { [`k${n}`]: n } }));
  for (let turn = 0; turn < turns; turn++) await setImmediate();
  await house.visitors.erase(demo, customerId, []);
  await Promise.allSettled(tags);
  expect(await house.store.customers.get(demo, customerId)).toBeUndefined();
  expect(await house.store.customers.findByEmail(demo, 'gone@example.com')).toBeUndefined();
});
