import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Uploads } from '#client/chat/Uploads.ts';
import { AgentPage } from '#client/core/AgentPage.ts';
import { KeptValue } from '#client/core/KeptValue.ts';
import { problem } from '#client/core/problem.ts';
import { pageTitle, setTitleBadge } from '#client/presence/pageTitle.ts';
import { RuleEngine } from '#client/rules/RuleEngine.ts';
import { Visibility } from '#client/rules/Visibility.ts';
import { CvError } from '#protocol/errors.ts';
import type { FileView } from '#protocol/files.ts';
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

function engine(given: SiteState) {
  const seen = { opened: 0, greetings: [] as string[], changes: 0 };
  const made = new RuleEngine({
    kind: 'local',
    site: 'demo',
    onChange: () => seen.changes++,
    onOpen: () => seen.opened++,
    onGreet: ({ text }) => seen.greetings.push(text),
  });
  made.update(given);
  return { engine: made, seen };
}

const show = { type: 'show' } as const;

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

  test('[WRULE-5] opens and greets once a page view; another address begins a new one', () => {
    const rule = when([{ type: 'agentOnline' } as never], { type: 'open' }, { type: 'greet', text: 'Hi' });
    const { engine: rules, seen } = engine(stateOf(rule));
    rules.update({ ...stateOf(rule), agents: { online: false, available: false } });
    rules.update(stateOf(rule));
    expect(seen).toMatchObject({ opened: 1, greetings: ['Hi'] });
    page.location.href = 'https://shop.example/other';
    vi.advanceTimersByTime(1_000);
    expect(seen).toMatchObject({ opened: 2, greetings: ['Hi', 'Hi'] });
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

  test('[WRULE-7] nothing is offered before the site is known', () => {
    expect(new Visibility(boot, new FakeConnection(new FakeServer()).wire).visible).toBe(false);
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

describe('files', () => {
  const view = { id: 'f_1', name: 'a.txt', type: 'text/plain', size: 3, path: '/' } as unknown as FileView;
  const uploads = (send: ConstructorParameters<typeof Uploads>[0]['send'], maxBytes: number | undefined = 1000) => {
    const sent: [string, FileView][] = [];
    const made = new Uploads({
      url: 'https://coview.example/files/demo',
      token: () => 'token',
      author: { kind: 'visitor' },
      maxBytes: () => maxBytes,
      onUploaded: (id, file) => sent.push([id, file]),
      onChange: () => {},
      ...(send && { send }),
    });
    return { uploads: made, sent };
  };

  test('[WCHAT-22] files go one after the other, tell how far they are, and become messages', async () => {
    const running: { name: string; onProgress: (progress: number) => void; done: (file: FileView) => void }[] = [];
    const { uploads: made, sent } = uploads(
      ({ file, onProgress }) => new Promise((done) => running.push({ name: file.name, onProgress, done })),
    );
    made.add(new File(['abc'], 'a.txt'), 'm_a' as never);
    made.add(new File(['abcdef'], 'b.txt'), 'm_b' as never);
    expect(running.map(({ name }) => name)).toEqual(['a.txt']);
    running[0]?.onProgress(0.5);
    expect(made.items).toMatchObject([
      { id: 'm_a', state: 'sending', upload: { name: 'a.txt', size: 3, progress: 0.5 } },
      { id: 'm_b', state: 'sending', upload: { name: 'b.txt', size: 6, progress: 0 } },
    ]);
    running[0]?.done(view);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([['m_a', view]]);
    expect(running.map(({ name }) => name)).toEqual(['a.txt', 'b.txt']);
  });

  test('[WCHAT-22] what is too large, empty or not taken is never sent', () => {
    const never = () => Promise.reject(new Error('sent'));
    const { uploads: made } = uploads(never);
    made.add(new File(['x'.repeat(1001)], 'large'));
    made.add(new File([], 'empty'));
    expect(made.items.map(({ error }) => error)).toEqual(['PAYLOAD_TOO_LARGE', 'INVALID_INPUT']);
    for (const { id } of made.items) made.retry(id);
    expect(made.items.map(({ state: one }) => one)).toEqual(['failed', 'failed']);
    const none = uploads(never, Number.NaN);
    none.uploads.clear();
  });

  test('[WCHAT-22] a file that the network lost is sent again by itself; one that was refused when asked to', async () => {
    const answers = [new CvError('UNAVAILABLE', 'lost'), new CvError('INVALID_INPUT', 'bad'), undefined];
    const { uploads: made, sent } = uploads(async () => {
      const error = answers.shift();
      if (error) throw error;
      return view;
    });
    made.add(new File(['abc'], 'a.txt'));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(made.items).toMatchObject([{ state: 'failed', error: 'INVALID_INPUT' }]);
    made.retry(made.items[0]?.id ?? '');
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toHaveLength(1);
  });

  test('[WCHAT-22] a file taken away is stopped, and the next one goes', async () => {
    const signals: AbortSignal[] = [];
    const { uploads: made } = uploads(({ signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    made.add(new File(['a'], 'a'), 'm_a' as never);
    made.add(new File(['b'], 'b'), 'm_b' as never);
    made.discard('m_a');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(made.items.map(({ id }) => id)).toEqual(['m_b']);
  });

  test('[WCHAT-22] an answer that is no problem of ours still has a code of the list', () => {
    expect(problem(400, '{"code":"INVALID_INPUT","detail":"X-File-Name: expected"}').code).toBe('INVALID_INPUT');
    expect(problem(413, '<html>').code).toBe('PAYLOAD_TOO_LARGE');
    expect(problem(502, '<html>').code).toBe('UNAVAILABLE');
    expect(problem(0, '').code).toBe('UNAVAILABLE');
    expect(problem(404, '{"code":7}').code).toBe('INTERNAL');
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
    new AgentPage({ ...options, tell: (event) => told.push(event) });
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
