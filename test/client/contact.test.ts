import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import { until } from '#test/support/until.ts';
import { FakePage } from './FakePage.ts';
import { FakeServer } from './FakeServer.ts';
import { VisitorTab } from './VisitorTab.ts';

let server: FakeServer;
beforeEach(() => {
  new FakePage();
  server = new FakeServer();
});
afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve));
  vi.unstubAllGlobals();
});

const open = async (options?: ConstructorParameters<typeof VisitorTab>[1]) => {
  const tab = new VisitorTab(server, options);
  tab.welcome();
  await until(() => expect(tab.chat.view.loaded).toBe(true));
  return tab;
};
const me = { name: 'Erika', email: 'erika@example.com' };

test.each([
  ['an answer', 'contact', [me]],
  ['a no', 'skipContact', []],
] as const)('[WCHAT-40] it is asked for once: after %s not again, nor on the next page', async (_, reply, told) => {
  const tab = await open();
  expect(tab.chat.view.asksContact).toBe(true);
  await tab.chat[reply](me);
  expect(tab.chat.view.asksContact).toBe(false);
  const { visitorId } = tab.identity;
  expect((await open({ visitorId })).chat.view.asksContact).toBe(false);
  tab.renew();
  await until(() => expect(tab.chat.view.asksContact).toBe(true));
  expect(server.inputs('visitor.contact')).toEqual(told);
});

test('[WCHAT-40] who has an id or an email is not asked; a name alone is not enough', async () => {
  const tab = await open();
  tab.become({ firstname: 'Erika' });
  expect(tab.chat.view.asksContact).toBe(true);
  tab.become({ id: '7' });
  expect(tab.chat.view.asksContact).toBe(false);
  tab.become({ email: 'erika@example.com' });
  expect(tab.chat.view.asksContact).toBe(false);
});

test('[WCHAT-40] what the server refuses can be said again; without a connection nothing is on its way', async () => {
  const tab = await open();
  server.handlers.set('visitor.contact', () => {
    throw new CvError('INVALID_INPUT', 'email');
  });
  await expect(tab.chat.contact(me)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(tab.chat.view.asksContact).toBe(true);
  tab.connection.lose();
  await expect(tab.chat.contact(me)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(server.inputs('visitor.contact')).toHaveLength(1);
});

test('[WCHAT-40] what one visitor typed is not said by the next', async () => {
  const tab = await open();
  let settle = () => {};
  tab.identity.settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const said = tab.chat.contact(me);
  tab.renew();
  settle();
  await expect(said).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(server.inputs('visitor.contact')).toEqual([]);
});

test('[WCHAT-40] an answer is the one’s who gave it, though the browser is somebody else by then', async () => {
  const tab = await open();
  let tell = () => {};
  server.handlers.set('visitor.contact', () => new Promise<void>((resolve) => (tell = resolve)));
  const said = tab.chat.contact(me);
  await until(() => expect(server.inputs('visitor.contact')).toHaveLength(1));
  const { visitorId } = tab.identity;
  tab.renew();
  tell();
  await said;
  expect(tab.chat.view.asksContact).toBe(true);
  tab.renew(visitorId);
  expect(tab.chat.view.asksContact).toBe(false);
});

test('[WCHAT-40] what is filled in stays until it is answered or left out, and is not the next one’s', async () => {
  const tab = await open();
  tab.chat.fillContact({ name: 'Eri' });
  tab.chat.close();
  tab.chat.open();
  expect(tab.chat.view.contact).toEqual({ name: 'Eri' });
  tab.renew();
  expect(tab.chat.view.contact).toBeUndefined();
  tab.chat.fillContact(me);
  await tab.chat.contact(me);
  expect(tab.chat.view.contact).toBeUndefined();
  tab.chat.fillContact(me);
  tab.chat.fillContact({ name: '', email: '' });
  expect(tab.chat.view.contact).toBeUndefined();
  tab.chat.fillContact(me);
  tab.chat.skipContact();
  expect(tab.chat.view.contact).toBeUndefined();
});
