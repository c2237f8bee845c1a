import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentPage } from '#client/core/AgentPage.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import { pageTitle, setTitleBadge } from '#client/presence/pageTitle.ts';
import { RuleEngine } from '#client/rules/RuleEngine.ts';
import { Visibility } from '#client/rules/Visibility.ts';
import { CvError } from '#protocol/errors.ts';
import type { SiteState } from '#protocol/rules.ts';
import { ruleIdAt } from '#test/rules/vectors.ts';
import { FakePage } from './FakePage.ts';
import { FakeConnection, FakeServer } from './FakeServer.ts';
import { boot, state } from './VisitorTab.ts';

let page: FakePage;

beforeEach(() => {
  page = new FakePage();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Rule = SiteState['rules'][number];
const when = (conditions: Omit<Rule['conditions'][number], 'not'>[], ...actions: Rule['actions']) => ({
  conditions: conditions.map((one) => ({ ...one, not: false })) as Rule['conditions'],
  actions,
});
const stateOf = (...rules: Omit<Rule, 'id'>[]): SiteState => ({
  ...state,
  visibility: 'rules',
  rules: rules.map((rule, index) => ({ ...rule, id: ruleIdAt(index) })),
});

function engine(given: SiteState, heard?: ReadonlyMap<string, string>) {
  const seen = { opened: 0, greetings: [] as string[], offers: 0, withdrawn: 0, changes: 0, offered: true };
  const made = new RuleEngine({
    kind: 'local',
    site: 'demo',
    heard,
    offered: () => seen.offered,
    onChange: () => seen.changes++,
    onOpen: () => seen.opened++,
    onGreet: ({ text }) => seen.greetings.push(text),
    onOfferCobrowse: () => seen.offers++,
    onWithdrawOffer: () => seen.withdrawn++,
  });
  made.update(given);
  return { engine: made, seen };
}

const show = { type: 'show' } as const;
const hi = { type: 'greet', text: 'Hi' } as const;
const offer = { type: 'offerCobrowse' } as const;

describe('action rules on a page', () => {
  test('[WRULE-2] seconds pass by themselves', () => {
    const { engine: rules } = engine(stateOf(when([{ type: 'secondsOnPage', seconds: 30 } as never], show)));
    vi.advanceTimersByTime(29_000 - performance.now());
    expect(rules.visible).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(rules.visible).toBe(true);
    rules.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('[WRULE-3] visits of a page are counted over reloads, without query and fragment, while a rule asks', () => {
    const given = stateOf(when([{ type: 'visits', count: 2 } as never], show));
    engine(stateOf(when([], show))).engine.close();
    expect(page.local.keys).toEqual([]);
    const first = engine(given).engine;
    expect(first.visible).toBe(false);
    first.close();
    page.reload();
    page.location.href = 'https://shop.example/cart?item=8';
    expect(engine(given).engine.visible).toBe(true);
    page.location.href = 'https://shop.example/other';
    page.reload();
    expect(engine(given).engine.visible).toBe(false);
    page.local.forbidden = true;
    page.reload();
    expect(engine(given).engine.visible).toBe(false);
  });

  test('[WRULE-3] another visitor’s visits count anew, and nothing of the former one’s stays', () => {
    const given = stateOf(when([{ type: 'visits', count: 2 } as never], show));
    page.location.href = 'https://shop.example/order/17';
    engine(given).engine.close();
    page.location.href = 'https://shop.example/cart';
    const { engine: rules } = engine(given);
    rules.forget();
    expect(page.local.getItem('coview:visits:demo')).toBe('[["https://shop.example/cart",1]]');
    expect(rules.visible).toBe(false);
    rules.close();
    page.local.setItem('coview:visits:demo', '[["https://shop.example/order/17",3]]');
    new Visibility(boot, new FakeConnection(new FakeServer()).wire).forget();
    expect(page.local.keys).toEqual([]);
  });

  test('[WRULE-3] of more than 200 pages the longest unvisited are forgotten', () => {
    const given = stateOf(when([{ type: 'visits', count: 2 } as never], show));
    const { engine: rules } = engine(given);
    for (let nth = 0; nth < 300; nth++) {
      page.location.href = `https://shop.example/${nth}`;
      page.window.dispatchEvent(new Event('popstate'));
    }
    expect(JSON.parse(page.local.getItem('coview:visits:demo') ?? '')).toHaveLength(200);
    rules.close();
  });

  test('[WRULE-4] DOM events at window and document count, those of elements do not', () => {
    const { engine: rules, seen } = engine(
      stateOf(when([{ type: 'javascriptEvent', name: 'cart:full' } as never], show)),
    );
    expect(rules.visible).toBe(false);
    page.window.dispatchEvent(new Event('other'));
    expect(rules.visible).toBe(false);
    page.window.dispatchEvent(new Event('cart:full'));
    expect(rules.visible).toBe(true);
    expect(rules.matched).toEqual(['cart:full']);
    expect(seen.changes).toBe(2);
  });

  test('[WRULE-33] DOM events that the first script has heard count on the page where they came', () => {
    const given = stateOf(when([{ type: 'javascriptEvent', name: 'cart:full' } as never], show));
    const heard = new Map([
      ['cart:full', 'https://shop.example/cart?item=1'],
      ['other', 'https://shop.example/cart'],
    ]);
    page.location.href = 'https://shop.example/cart?item=2#top';
    const { engine: rules } = engine(given, heard);
    expect([rules.visible, rules.matched]).toEqual([true, ['cart:full']]);
    page.location.href = 'https://shop.example/other';
    vi.advanceTimersByTime(1_000);
    expect(rules.matched).toEqual([]);
    rules.close();
    expect(engine(given, heard).engine.matched).toEqual([]);
  });

  test('[WRULE-5] opens, greets and offers co-browsing once a page view; another address begins a new one', () => {
    const rule = when([{ type: 'agentOnline' } as never], { type: 'open' }, { type: 'greet', text: 'Hi' }, offer);
    const { engine: rules, seen } = engine(stateOf(rule));
    rules.update({ ...stateOf(rule), agents: { online: false, available: false } });
    rules.update(stateOf(rule));
    expect(seen).toMatchObject({ opened: 1, greetings: ['Hi'], offers: 1 });
    page.location.href = 'https://shop.example/other';
    vi.advanceTimersByTime(1_000);
    expect(seen).toMatchObject({ opened: 2, greetings: ['Hi', 'Hi'], offers: 2 });
  });

  test('[WRULE-30] an offer is made when an agent is there, and goes with the last of them or with the page view', () => {
    const nobody = { online: false, available: false };
    const rule = when([], offer);
    const { engine: rules, seen } = engine({ ...stateOf(rule), agents: nobody });
    expect(seen).toMatchObject({ offers: 0, withdrawn: 0 });
    rules.update(stateOf(rule));
    expect(seen).toMatchObject({ offers: 1, withdrawn: 0 });
    rules.update({ ...stateOf(rule), agents: nobody });
    rules.update(stateOf(rule));
    expect(seen).toMatchObject({ offers: 1, withdrawn: 1 });
    page.location.href = 'https://shop.example/other';
    vi.advanceTimersByTime(1_000);
    expect(seen).toMatchObject({ offers: 2, withdrawn: 1 });
    rules.update(stateOf(when([{ type: 'url', pattern: '*/other' } as never], offer)));
    page.location.href = 'https://shop.example/third';
    vi.advanceTimersByTime(1_000);
    expect(seen).toMatchObject({ offers: 2, withdrawn: 2 });
  });

  test('[WRULE-34] what the page lets nobody see is not done yet, and not used up', () => {
    const { engine: rules, seen } = engine(stateOf());
    seen.offered = false;
    rules.update(stateOf(when([], { type: 'open' }, hi, offer)));
    vi.advanceTimersByTime(3_000);
    expect(seen).toMatchObject({ opened: 0, greetings: [], offers: 0 });
    seen.offered = true;
    rules.check();
    rules.check();
    expect(seen).toMatchObject({ opened: 1, greetings: ['Hi'], offers: 1 });
  });

  test('[WRULE-6] a message of the visitor counts from then on', () => {
    const { engine: rules } = engine(stateOf(when([{ type: 'messageSent' } as never], show)));
    expect(rules.visible).toBe(false);
    rules.sent();
    expect(rules.visible).toBe(true);
  });
});

describe('whether the chat is offered', () => {
  const offered = async (...states: SiteState[]) => {
    const connection = new FakeConnection(new FakeServer());
    const visibility = new Visibility(boot, connection.wire);
    const [first, ...then] = states;
    if (first) connection.hear('visitor.welcome', { state: first, calls: [] } as never);
    for (const one of then) connection.hear('site.changed', { state: one });
    await visibility.shouldShow();
    return { visibility, connection };
  };

  test('[WRULE-7] the site’s setting counts, live, and the page’s own will wins over it', async () => {
    const { visibility, connection } = await offered({ ...state, visibility: 'hidden' });
    expect(visibility.visible).toBe(false);
    connection.hear('site.changed', { state });
    expect(visibility.visible).toBe(true);
    visibility.override = false;
    expect(visibility.visible).toBe(false);
    expect(await visibility.shouldShow()).toBe(true);
    visibility.override = true;
    connection.hear('site.changed', { state: { ...state, visibility: 'hidden' } });
    expect(visibility.visible).toBe(true);
    visibility.withdraw();
    expect(visibility.visible).toBe(false);
  });

  test('[WRULE-31] under the site’s own setting rules match; what they do is done where the chat is visible', async () => {
    const rule = when(
      [{ type: 'javascriptEvent', name: 'help' } as never],
      { type: 'hide' },
      { type: 'open' },
      hi,
      offer,
    );
    const { visibility, connection } = await offered({ ...stateOf(rule), visibility: 'hidden' });
    const acts: string[] = [];
    visibility.on('open', () => acts.push('open'));
    visibility.on('offer', (isOffered) => acts.push(isOffered ? 'offer' : 'withdraw'));
    await visibility.matchedEvents();
    page.window.dispatchEvent(new Event('help'));
    expect(await visibility.matchedEvents()).toEqual(['help']);
    expect([acts, visibility.greeting, visibility.visible]).toEqual([[], undefined, false]);
    connection.hear('site.changed', { state: { ...stateOf(rule), visibility: 'visible' } });
    expect(await visibility.shouldShow()).toBe(true);
    expect(await visibility.matchedEvents()).toEqual(['help']);
    expect([acts, visibility.greeting?.text, visibility.visible]).toEqual([['open', 'offer'], 'Hi', true]);
  });

  test('[WRULE-34] a rule opens and greets as soon as the page shows the chat that it hid', async () => {
    const rule = when([{ type: 'javascriptEvent', name: 'help' } as never], { type: 'open' }, hi);
    const { visibility } = await offered(stateOf(rule));
    let opened = 0;
    visibility.on('open', () => opened++);
    visibility.override = false;
    page.window.dispatchEvent(new Event('help'));
    expect([await visibility.matchedEvents(), opened, visibility.greeting]).toEqual([['help'], 0, undefined]);
    visibility.override = true;
    expect([opened, visibility.greeting?.text]).toEqual([1, 'Hi']);
    visibility.override = false;
    visibility.override = true;
    expect(opened).toBe(1);
  });

  test('[WRULE-7] nothing is offered before the site is known', () => {
    expect(new Visibility(boot, new FakeConnection(new FakeServer()).wire).visible).toBe(false);
  });

  test('[WRULE-40] what a page asks before the site is known is asked of the server, and fails where that refuses or cannot be reached', async () => {
    const server = new FakeServer();
    const asking = new Visibility(boot, new FakeConnection(server).wire);
    for (const code of ['FORBIDDEN', 'TIMEOUT'] as const) {
      server.handlers.set('site.state', () => {
        throw new CvError(code, 'no');
      });
      for (const ask of ['isAgentOnline', 'matchedEvents', 'shouldShow'] as const) {
        await expect(asking[ask]()).rejects.toMatchObject({ code });
      }
    }
    server.handlers.set('site.state', () => state);
    expect(await asking.isAgentOnline()).toBe(true);
    expect(asking.visible).toBe(true);
  });

  test('[WRULE-7] with rules they decide, and answer whether an agent is there and which have matched', async () => {
    const { visibility, connection } = await offered(
      stateOf(
        when([{ type: 'agentOnline' } as never], show),
        when([{ type: 'javascriptEvent', name: 'help' } as never], show),
      ),
    );
    const matched: (readonly string[])[] = [];
    visibility.on('rule', (names) => matched.push(names));
    expect(visibility.visible).toBe(true);
    expect(await visibility.isAgentOnline()).toBe(true);
    expect(await visibility.matchedEvents()).toEqual([]);
    page.window.dispatchEvent(new Event('help'));
    expect(await visibility.matchedEvents()).toEqual(['help']);
    expect(matched).toEqual([['help']]);
    connection.hear('site.changed', { state: { ...state, visibility: 'hidden' } });
    expect(await visibility.shouldShow()).toBe(false);
  });
});

describe('what is kept', () => {
  test('[WCHAT-23] a value that the page’s scripts cleared is put back; what another tab has put there stays', () => {
    const value = new KeptValue('local', 'name');
    value.set('mine');
    page.local.clear();
    page.window.dispatchEvent(new Event('pagehide'));
    expect(page.local.getItem('coview:name')).toBe('mine');
    page.local.setItem('coview:name', 'another tab’s');
    page.window.dispatchEvent(new Event('pagehide'));
    expect(page.local.getItem('coview:name')).toBe('another tab’s');
    new KeptValue('local', 'other');
    page.local.setItem('coview:other', 'another tab’s');
    page.show(false);
    expect(page.local.getItem('coview:other')).toBe('another tab’s');
  });

  test('[WCHAT-26] an agent who signs out in one tab is signed out in those that share the kept token', () => {
    vi.stubGlobal(
      'WebSocket',
      class {
        close(): void {}
      },
    );
    const key = 'coview:agent:demo';
    const tokens = { session: new KeptValue('session', 'agent:demo'), local: new KeptValue('local', 'agent:demo') };
    tokens.local.set('token');
    const told: string[] = [];
    const options = { boot: { ...boot, host: 'https://coview.example' }, tokens, onAgent: () => {} };
    new AgentPage({ ...options, tell: (...[event]) => void told.push(event) });
    const hear = (oldValue: string) =>
      page.window.dispatchEvent(Object.assign(new Event('storage'), { key, oldValue, newValue: null }));
    // Put there again at once: the same agent, authenticated anew.
    hear('token');
    expect(told).toEqual([]);
    page.local.clear();
    hear('token');
    expect(told).toEqual(['signedOut']);
    page.window.dispatchEvent(new Event('pagehide'));
    expect(page.local.keys).toEqual([]);
  });

  test('[WCHAT-13] agents are told the page’s own title, without the count', () => {
    setTitleBadge('(3) ');
    expect(page.document.title).toBe('(3) Shop');
    expect(pageTitle()).toBe('Shop');
    page.document.titleElement.textContent = 'Cart';
    expect(pageTitle()).toBe('Cart');
    setTitleBadge('');
    expect(page.document.titleElement.textContent).toBe('Cart');
  });
});
