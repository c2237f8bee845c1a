import { expect, test, vi } from 'vitest';
import { VisitorChat } from '#client/chat/VisitorChat.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import { VisitorIdentity } from '#client/identity/VisitorIdentity.ts';
import { makeCV } from '#client/page/makeCV.ts';
import { Visibility } from '#client/rules/Visibility.ts';
import { CvError, type ErrorCode } from '#protocol/errors.ts';
import type { VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import type { Person } from '#protocol/person.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { until } from '#test/support/until.ts';
import { RealSite } from './RealSite.ts';
import { startProxy } from './realService.ts';
import { boot } from './VisitorTab.ts';

// All pages of a test are in one module, and would be one tab.
vi.mock('#client/core/tab.ts', () => ({ tabId: () => newId('t') }));

const real = RealSite.forTests();

const site = (): WidgetBoot => ({ ...boot, host: real.host });

/** A page with the widget in it, and all that it ever showed. */
function visit(by = site()) {
  const shown = new Set<string>();
  const people: (Person | undefined)[] = [];
  const identity = new VisitorIdentity(by);
  real.open.push(identity.connection);
  identity.on('changed', (person) => people.push(person));
  const visibility = new Visibility(by, identity.connection);
  const opened = new KeptValue('session', 'open:demo');
  const chat = new VisitorChat({ boot: by, identity, visibility, opened, onMessage: () => {} });
  chat.onChange(() => {
    for (const { text } of chat.view.messages) shown.add(text);
  });
  identity.connection.open();
  return { identity, chat, shown, people };
}

/** Nothing of the page goes on; what it had no time to send is lost. */
function leave({ identity }: ReturnType<typeof visit>): void {
  identity.connection.close();
  real.page.reload();
}

async function signedIn(email: string) {
  const home = visit();
  await home.identity.tag({ email });
  home.chat.send('my secret');
  await until(() => expect(home.chat.view.messages[0]?.state).toBe('sent'));
  return { home, email, visitorId: home.identity.visitorId };
}

/** The server refuses so many resets, each when it has told of all else; those that are left. */
function refuseResets({ identity: { connection } }: ReturnType<typeof visit>, ...codes: ErrorCode[]): ErrorCode[] {
  const request = connection.request.bind(connection);
  vi.spyOn(connection, 'request').mockImplementation((async (...asked: Parameters<typeof request>) => {
    const code = asked[0] === 'visitor.reset' && codes[0];
    if (!code) return request(...asked);
    await request('chat.history', { limit: 9 });
    codes.shift();
    throw new CvError(code, 'not now');
  }) as typeof request);
  const { setTimeout } = globalThis;
  vi.stubGlobal('setTimeout', (act: () => void, ms: number) => setTimeout(act, ms === 2_000 ? 50 : ms));
  return codes;
}

/** Once the server has answered everything. */
async function settled({ identity, chat }: ReturnType<typeof visit>): Promise<void> {
  await until(() => expect(identity.connection.connected).toBe(true));
  await identity.settled;
  await until(() => expect(chat.view.loaded).toBe(true));
}

test('[ID-60] a logout that a page had no time for holds on the next page: nothing of the person is shown, before and after', async () => {
  const { home, email, visitorId } = await signedIn('left@example.com');
  real.proxy.cut();
  home.identity.reset().catch(() => {});
  leave(home);
  real.proxy.mend();
  const next = visit();
  await settled(next);
  expect(next.shown).toEqual(new Set());
  expect(next.identity).toMatchObject({ person: undefined, leaving: false });
  expect(next.identity.visitorId).not.toBe(visitorId);
  const kept = next.identity.visitorId;
  leave(next);
  const later = visit();
  await settled(later);
  expect(later.identity.visitorId).toBe(kept);
  await later.identity.tag({ email });
  await until(() => expect([...later.shown]).toEqual(['my secret']));
});

test('[ID-60] so does one that was asked for before the widget had loaded, and who is tagged on the next page stays', async () => {
  const { home, visitorId } = await signedIn('early@example.com');
  leave(home);
  const { CV, load } = makeCV(site());
  void load({ ...site(), core: 'data:text/javascript,await new Promise(()=>{})' });
  void CV.user.reset();
  real.page.reload();
  const next = visit();
  const person = await next.identity.tag({ email: 'somebody.else@example.com' });
  await settled(next);
  expect(person).toMatchObject({ email: 'somebody.else@example.com' });
  expect(next.identity.person).toEqual(person);
  expect(next.identity.visitorId).not.toBe(visitorId);
  expect(next.shown).toEqual(new Set());
});

test('[ID-60] another tab of the person is told by that next page, and one that was reloaded meanwhile changes nothing again', async () => {
  const { home } = await signedIn('tabs@example.com');
  const other = visit();
  await until(() => expect([...other.shown]).toEqual(['my secret']));
  real.proxy.cut();
  home.identity.reset().catch(() => {});
  home.identity.connection.close();
  const next = visit();
  const reloaded = visit();
  real.proxy.mend();
  await settled(next);
  await settled(reloaded);
  await until(() => expect(other.identity.visitorId).toBe(next.identity.visitorId));
  await until(() => expect(reloaded.identity.visitorId).toBe(next.identity.visitorId));
  await until(() => expect(other.chat.view.messages).toEqual([]));
  expect(new Set([...next.shown, ...reloaded.shown])).toEqual(new Set());
});

test('[ID-60] a page that is not let in says so all the same, and the next one still leaves', async () => {
  const kept = `-${newId<VisitorId>('v')}.proof`;
  localStorage.setItem('coview:visitor:nowhere', kept);
  const identity = new VisitorIdentity({ ...site(), site: 'nowhere' });
  real.open.push(identity.connection);
  identity.connection.open();
  await expect(identity.tag({ firstname: 'John' })).rejects.toMatchObject({ name: 'CvError' });
  expect(localStorage.getItem('coview:visitor:nowhere')).toBe(kept);
});

test('[ID-60] to ask twice is to ask once', async () => {
  const { home } = await signedIn('twice@example.com');
  await Promise.all([home.identity.reset(), home.identity.reset()]);
  expect(home.people.slice(1)).toEqual([undefined]);
});

test('[ID-67] what is written behind a reset and the next login is the next person’s, and arrives', async () => {
  const { home } = await signedIn('one@example.com');
  const next = { email: 'two@example.com' };
  home.identity.reset().catch(() => {});
  home.identity.tag(next).catch(() => {});
  home.chat.send('of the next');
  const texts = () => home.chat.view.messages.map(({ text, state }) => `${text} ${state}`);
  await until(() => expect(texts()).toEqual(['of the next sent']));
  leave(home);
  const elsewhere = visit();
  expect(elsewhere.identity.visitorId).toBe(home.identity.visitorId);
  await until(() => expect([...elsewhere.shown]).toEqual(['of the next']));
});

test.each(['at once', 'while there is no network'])(
  '[ID-69] tabs that log out %s are one new visitor, and who logs in there next stays',
  async (when) => {
    const { home } = await signedIn(`all ${when}@example.com`.replaceAll(' ', '.'));
    const others = [visit(), visit()];
    for (const { shown } of others) await until(() => expect([...shown]).toEqual(['my secret']));
    const tabs = [home, ...others];
    if (when !== 'at once') real.proxy.cut();
    const resets = tabs.map(({ identity }) => identity.reset());
    const login = home.identity.tag({ email: `next.to.${home.identity.visitorId}@example.com` });
    real.proxy.mend();
    await Promise.all([...resets, login]);
    for (const tab of tabs) await settled(tab);
    const { visitorId } = home.identity;
    for (const { identity } of tabs) await until(() => expect(identity.visitorId).toBe(visitorId));
    expect(localStorage.getItem('coview:visitor:demo')).toMatch(new RegExp(`^${visitorId}[.]`));
    await home.identity.settled;
    home.chat.send('of the next');
    for (const { chat } of tabs) {
      await until(() => expect(chat.view.messages.map(({ text }) => text)).toEqual(['of the next']));
    }
    leave(home);
    const later = visit();
    await until(() => expect([...later.shown]).toEqual(['of the next']));
    expect(later.identity.person).toMatchObject({ email: (await login).email });
  },
);

test('[ID-65] a logout that the server cannot do at the moment is asked for again, and nothing comes back meanwhile', async () => {
  const { home, visitorId } = await signedIn('later@example.com');
  home.shown.clear();
  let stayed = 0;
  home.identity.on('stayed', () => stayed++);
  refuseResets(home, 'UNAVAILABLE', 'RATE_LIMITED');
  await home.identity.reset();
  await settled(home);
  expect(stayed).toBe(0);
  expect(home.shown).toEqual(new Set());
  expect(home.identity.leaving).toBe(false);
  expect(home.identity.visitorId).not.toBe(visitorId);
});

test('[ID-66] what a page gives that is no JSON is INVALID_INPUT, as all else that does not fit', async () => {
  const { identity } = visit();
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const wrong of [{ id: 1n }, { additionalTaggingData: circle }]) {
    await expect(identity.tag(wrong as never)).rejects.toMatchObject({ name: 'CvError', code: 'INVALID_INPUT' });
  }
  await expect(identity.tag({ firstname: 'John' })).resolves.toMatchObject({ firstname: 'John' });
});

test('[ID-80] nothing of the person comes back by a second reset, also of the next page, before the first one is done', async () => {
  const { home } = await signedIn('again@example.com');
  real.proxy.cut();
  home.identity.reset().catch(() => {});
  leave(home);
  const next = visit();
  refuseResets(next, 'UNAVAILABLE');
  next.identity.reset().catch(() => {});
  real.proxy.mend();
  await settled(next);
  expect(next.shown).toEqual(new Set());
});

test('[ID-80] a reset that is done by the time in which its page is back ends nobody else’s identity', async () => {
  const away = await startProxy(Number(new URL(real.service.url).port));
  try {
    const home = visit({ ...site(), host: `http://127.0.0.1:${away.port}` });
    await home.identity.tag({ email: 'back@example.com' });
    away.cut();
    const reset = home.identity.reset();
    const next = visit();
    const person = await next.identity.tag({ email: 'after@example.com' });
    const { visitorId } = next.identity;
    away.mend();
    await reset;
    await settled(home);
    await settled(next);
    expect(next.identity).toMatchObject({ visitorId, person, leaving: false });
    expect(home.identity).toMatchObject({ visitorId, leaving: false });
  } finally {
    await away.close();
  }
});

test('[ID-80] who is tagged between two resets is not shown', async () => {
  const { home, email } = await signedIn('between@example.com');
  leave(home);
  const next = visit();
  next.identity.reset().catch(() => {});
  next.identity.tag({ email }).catch(() => {});
  const tagged = next.identity.settled;
  next.identity.reset().catch(() => {});
  await tagged;
  refuseResets(next, 'UNAVAILABLE');
  await settled(next);
  expect(next.shown).toEqual(new Set());
  expect(next.identity).toMatchObject({ person: undefined, leaving: false });
});

test('[ID-67] what a new visitor writes right behind a reset arrives', async () => {
  const fresh = visit();
  fresh.identity.reset().catch(() => {});
  fresh.chat.send('hello');
  await settled(fresh);
  await until(() =>
    expect(fresh.chat.view.messages.map(({ text, state }) => [text, state])).toEqual([['hello', 'sent']]),
  );
});

test('[ID-80] a tab that hears late of one reset takes another tab’s next one not back', async () => {
  const { home } = await signedIn('first@example.com');
  const away = await startProxy(Number(new URL(real.service.url).port));
  const late = visit({ ...site(), host: `http://127.0.0.1:${away.port}` });
  await settled(late);
  away.cut();
  await home.identity.reset();
  await home.identity.tag({ email: 'second@example.com' });
  await settled(home);
  real.proxy.cut();
  home.identity.reset().catch(() => {});
  leave(home);
  away.mend();
  await until(() => expect(late.identity.visitorId).toBe(home.identity.visitorId));
  expect(real.page.local.getItem('coview:visitor:demo')).toMatch(/^-/);
  await away.close();
});

test('[ID-68] a kept token that proves nothing, and came there while the page loaded, keeps nobody out', async () => {
  const fresh = visit();
  real.page.local.setItem('coview:visitor:demo', 'v_nobody.proof');
  const welcomed = vi.fn();
  fresh.identity.on('welcome', welcomed);
  await until(() => expect(welcomed).toHaveBeenCalled());
  expect(real.page.local.getItem('coview:visitor:demo')).toBe(fresh.identity.token);
});
