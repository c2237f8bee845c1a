import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { onFetch } from '#test/browser/brought.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { countBinary, SharedPage } from './SharedPage.ts';
import { part, Stage } from './Stage.ts';

let stage: Stage;
let shared: SharedPage | undefined;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());
afterEach(async () => {
  const complaints = [...stage.complaints];
  shared?.close();
  await stage.clear();
  // Last: what one test leaves behind is not the next one's.
  expect(complaints).toEqual([]);
});

async function visitorOf(script = countBinary) {
  const tag = stage.somebody();
  return { visitor: await stage.visitor(tag, script), email: tag.email };
}

const until = <T>(look: () => T, timeout = 20_000) => expect.poll(look, { interval: 20, timeout });

/** For a page that takes a slow machine its time. */
const PATIENCE = 90_000;

const write = (page: Page, text: string) =>
  page.evaluate(
    `document.body.append(Object.assign(document.createElement('p'), { textContent: ${JSON.stringify(text)} }))`,
  );

/** The page never stands still. */
const restless = `(() => { const tick = () => { document.querySelector('h1').textContent = 'Shop ' + Math.random(); requestAnimationFrame(tick); }; tick(); })()`;

/** So many frames of the page’s life. */
const frames = (page: Page, count: number) =>
  page.evaluate(
    `new Promise((done) => { let left = ${count}; const tick = () => (left-- > 0 ? requestAnimationFrame(tick) : done()); tick(); })`,
  );

describe('a shared page', () => {
  test('[SHARE-8] is asked for, accepted, and seen live by the agent; nothing leaves before', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'accept').waitFor();
    await write(visitor, 'before the consent');
    await frames(visitor, 5);
    expect(await visitor.evaluate('binarySent')).toBe(0);
    await part(visitor, 'accept').click();
    await shared.sees('before the consent');
    await until(() => shared?.view.state).toBe('active');
    const [first] = shared.frames;
    expect(first).toMatchObject({ kind: 'full', seq: 0, session: shared.id });
    await write(visitor, 'after the consent');
    await shared.sees('after the consent');
    const numbered = shared.frames.filter(({ kind }) => kind !== 'pointer');
    expect(numbered.map(({ kind }) => kind).slice(0, 2)).toEqual(['full', 'delta']);
    expect(shared.told).not.toContain('coview-widget');
  });

  test('[SHARE-8] declining sends nothing and says so', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'decline').click();
    await until(() => shared?.view.reason).toBe('declined');
    await frames(visitor, 5);
    expect(await visitor.evaluate('binarySent')).toBe(0);
  });

  test('[COUI-17] a question that could not be loaded is tried again', async () => {
    const { visitor, email } = await visitorOf();
    let count = 0;
    await onFetch(visitor, 'CobrowseUi', (route) => (++count <= 2 ? route.abort() : route.continue()));
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'accept').click();
    await until(() => shared?.view.state).toBe('active');
    expect(count).toBe(3);
    expect(stage.complaints.splice(0).join()).toContain('CoView:');
  });

  test('[COB-20] hides what its site’s rules hide from now on', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.accepted(stage, visitor, email);
    await write(visitor, 'seen by the agent');
    await shared.sees('seen by the agent');
    const privacy = { maskAll: false, mask: ['p'], unmask: [], block: [] };
    try {
      await stage.service.rest('PUT', 'site', { settings: { cobrowse: { privacy } } });
      const later = () => shared?.frames.filter(({ stream }) => stream === 2) ?? [];
      await until(() => later().length).toBeGreaterThan(0);
      await write(visitor, 'no more');
      await until(() => JSON.stringify(later())).toContain('** ****');
      expect(JSON.stringify(later())).not.toContain('seen by the agent');
    } finally {
      await stage.service.rest('PUT', 'site', { settings: { cobrowse: { privacy: { ...privacy, mask: [] } } } });
    }
  });

  test('[SHARE-8] after the revocation not one more message with the page leaves, however busy it is', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.accepted(stage, visitor, email);
    await visitor.evaluate(restless);
    const { length } = shared.frames;
    await until(() => shared?.frames.length).toBeGreaterThan(length + 5);
    // Counted before the button hears of the click.
    await visitor.evaluate(`addEventListener('click', () => { window.atRevoke = binarySent; }, true)`);
    await part(visitor, 'revoke').click();
    await until(() => shared?.view.reason).toBe('revoked');
    const before = await visitor.evaluate('atRevoke');
    await frames(visitor, 30);
    expect(await visitor.evaluate('binarySent')).toBe(before);
    expect(before).toBeGreaterThan(0);
  });

  test('[SHARE-8] a giant page arrives whole, in slices, and what changes meanwhile after it', {
    timeout: 2 * PATIENCE,
  }, async () => {
    const { visitor, email } = await visitorOf();
    await visitor.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<p>A row of it all</p>'.repeat(30000) + '<p>The last row</p>')`,
    );
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'accept').click();
    await write(visitor, 'changed meanwhile');
    await shared.sees('The last row', PATIENCE);
    await shared.sees('changed meanwhile');
    expect(shared.told.split('A row of it all').length - 1).toBe(30_000);
  });

  test('[SHARE-8] a revocation in the midst of a giant page stops that too', { timeout: 2 * PATIENCE }, async () => {
    const { visitor, email } = await visitorOf();
    await visitor.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<p class="row">A row of it all</p>'.repeat(60000))`,
    );
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'accept').click();
    await until(() => shared?.agent.frames.length, PATIENCE).toBeGreaterThan(0);
    await visitor.evaluate('CV.cobrowse.stop()');
    const sent = await visitor.evaluate('binarySent');
    await until(() => shared?.view.reason).toBe('revoked');
    await frames(visitor, 30);
    expect(await visitor.evaluate('binarySent')).toBe(sent);
  });

  test('[SHARE-8] goes on over a reload and another page of the site, without another consent', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.accepted(stage, visitor, email);
    await visitor.reload();
    await write(visitor, 'after the reload');
    await shared.sees('after the reload');
    await visitor.goto(`${stage.host.url}other`);
    await shared.sees('Shop /other');
    expect(shared.streams).toEqual([1, 2, 3]);
    expect(await part(visitor, 'consent').count()).toBe(0);
    await part(visitor, 'revoke').waitFor();
    expect(
      shared.frames.filter(({ stream, seq }) => stream === 3 && seq === 0).every(({ kind }) => kind === 'full'),
    ).toBe(true);
  });

  test('[SHARE-8] the tab in front is the one that is seen, and the only one that sends', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.accepted(stage, visitor, email);
    const second = await visitor.context().newPage();
    await second.goto(`${stage.host.url}second`);
    await second.bringToFront();
    await shared.sees('Shop /second');
    await visitor.locator('coview-widget [data-cv="mirror-notice"][data-state="elsewhere"]').waitFor();
    const sent = await visitor.evaluate('binarySent');
    await write(visitor, 'behind');
    await write(second, 'in front');
    await shared.sees('in front');
    expect(await visitor.evaluate('binarySent')).toBe(sent);
    expect(shared.told).not.toContain('behind');
    await part(visitor, 'revoke').waitFor();
    await part(second, 'revoke').click();
    await until(() => shared?.view.reason).toBe('revoked');
    await part(visitor, 'revoke').waitFor({ state: 'detached' });
  });

  test('[SHARE-8] a network that was away costs nobody a click', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.accepted(stage, visitor, email);
    await visitor.evaluate(`CV.on('connection', ({ connected }) => { window.away ||= !connected; })`);
    stage.wire.cut();
    await write(visitor, 'while it was away');
    await untilTrue(visitor, 'window.away');
    stage.wire.mend();
    await shared.sees('while it was away');
    // What the browser complained of before has come with the answer.
    await visitor.evaluate('away');
    stage.complaints.length = 0;
  });

  test('[SHARE-8] is seen as well where only HTTP goes through', async () => {
    const noSockets = 'window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.()); } close() {} };';
    const { visitor, email } = await visitorOf(noSockets);
    await visitor.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p>Many words</p>'.repeat(3000))`);
    shared = await SharedPage.accepted(stage, visitor, email);
    for (const text of ['one', 'two', 'three']) {
      await write(visitor, `more: ${text}`);
      await shared.sees(`more: ${text}`);
    }
    const numbered = shared.frames.filter(({ kind }) => kind !== 'pointer').map(({ seq }) => seq);
    expect(numbered).toEqual(numbered.map((_, at) => at));
  });

  test('[SHARE-8] the page’s own start asks the visitor, and an agent joins', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'decline').click();
    await until(() => shared?.view.reason).toBe('declined');
    await visitor.evaluate(
      `{ window.views = []; CV.on('cobrowse', ({ state }) => views.push(state)); void (window.started = CV.cobrowse.start()); }`,
    );
    await part(visitor, 'accept').click();
    const { id } = (await visitor.evaluate('started')) as { id: string };
    expect(await visitor.evaluate('binarySent')).toBe(0);
    await shared.agent.request('cobrowse.join', { id });
    await shared.sees('Shop');
    await visitor.evaluate('CV.cobrowse.stop()');
    await until(() => visitor.evaluate('views.at(-1)')).toBe('ended');
  });

  test('[SHARE-8] who types the six digits asks, and is let in by the visitor', async () => {
    const { visitor, email } = await visitorOf();
    shared = await SharedPage.ask(stage, email);
    await part(visitor, 'decline').click();
    await until(() => shared?.view.reason).toBe('declined');
    const code = (await visitor.evaluate('CV.cobrowse.code()')) as string;
    expect(code).toMatch(/^\d{6}$/);
    await shared.agent.request('cobrowse.join', { code });
    await part(visitor, 'accept').click();
    await shared.sees('Shop');
  });
});

describe('an agent who acts in it', () => {
  const button = `<button id="buy" onclick="this.textContent = 'Bought'">Buy</button>`;

  async function controlled() {
    const { visitor, email } = await visitorOf();
    await visitor.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(button)})`);
    shared = await SharedPage.accepted(stage, visitor, email);
    await shared.agent.request('cobrowse.askControl', { id: shared.id, capabilities: ['pointer', 'type'] });
    await part(visitor, 'accept').click();
    await until(() => shared?.view.control?.capabilities).toEqual(['pointer', 'type']);
    return { visitor, shared, node: shared.numberOf('id', 'buy') };
  }

  test('[SHARE-9] clicks where the visitor let them, and sees what comes of it', async () => {
    const { visitor, shared, node } = await controlled();
    const at = { x: 0.5, y: 0.5 };
    for (const command of [
      { do: 'move', node, at },
      { do: 'down', node, at, button: 0, modifiers: [] },
      { do: 'up', node, at, button: 0, modifiers: [] },
    ]) {
      await shared.agent.request('cobrowse.command', { id: shared.id, n: 1, command });
    }
    await shared.sees('Bought');
    expect(await visitor.textContent('#buy')).toBe('Bought');
  });

  test('[SHARE-11] after a navigation of theirs not before the visitor sees again who acts, and only until Escape', async () => {
    // On every page; says whether the visitor could see who acts, and how to end that, when it was clicked.
    const seen = `document.querySelector('coview-widget')?.shadowRoot.querySelector('[data-cv=stop-control]')?.checkVisibility()`;
    const watched = `addEventListener('DOMContentLoaded', () => {
      document.body.insertAdjacentHTML('beforeend', '<button id="buy">Buy</button>');
      document.querySelector('#buy').onclick = ({ target }) => (target.textContent += ' ' + (${seen} ? 'seen' : 'unseen'));
    });`;
    // A busy machine may need more than the 5 s for which commands wait.
    const patient = `const { setTimeout: wait } = window;
      window.setTimeout = (act, ms, ...more) => wait(act, ms === 5000 ? 60000 : ms, ...more);`;
    const { visitor, email } = await visitorOf(countBinary + watched + patient);
    shared = await SharedPage.accepted(stage, visitor, email);
    const { agent, id } = shared;
    const capabilities = ['pointer', 'navigate'];
    await agent.request('cobrowse.askControl', { id, capabilities });
    await part(visitor, 'accept').click();
    await part(visitor, 'stop-control').waitFor();
    const held: Route[] = [];
    await onFetch(visitor, 'moreParts', (route) => held.push(route));
    await agent.request('cobrowse.command', { id, n: 1, command: { do: 'go', to: `${stage.host.url}other` } });
    await shared.sees('Shop /other');
    await until(() => held.length).toBe(1);
    const click = async (n: number) => {
      const point = { node: shared?.numberOf('id', 'buy', 2), at: { x: 0.5, y: 0.5 } };
      for (const command of ['down', 'up'].map((act) => ({ do: act, ...point, button: 0, modifiers: [] }))) {
        await agent.request('cobrowse.command', { id, n, command });
      }
    };
    const marked = visitor.waitForRequest('**/AgentsOnPage-*');
    await click(2);
    // It is told after the commands: when it has come, so have they.
    await agent.request('cobrowse.mark', { id, mark: { mark: 'laser', at: { x: 50, y: 50 } } });
    await marked;
    expect(await visitor.textContent('#buy')).toBe('Buy');
    expect(await part(visitor, 'stop-control').count()).toBe(0);
    await held[0]?.continue();
    await until(() => visitor.textContent('#buy')).toBe('Buy seen');
    await visitor.keyboard.press('Escape');
    await until(() => shared?.view.control).toBeUndefined();
    await click(3).catch(() => {});
    await write(visitor, 'the end');
    await shared.sees('the end');
    expect(await visitor.textContent('#buy')).toBe('Buy seen');
  });

  test('[SHARE-9] until the visitor presses Escape', async () => {
    const { visitor, shared } = await controlled();
    await visitor.locator('[data-cv=stop-control]').first().waitFor();
    await visitor.keyboard.press('Escape');
    await until(() => shared.view.control).toBeUndefined();
    expect(shared.view.state).toBe('active');
  });
});
