import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import { RemotePage } from './RemotePage.ts';

let browser: Browser;
let page: RemotePage;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
afterEach(() => page.close());

const fields = `
  <input id="masked" value="a"><textarea id="area">a</textarea><select id="select"><option>a</option><option>b</option></select>
  <div id="rich" contenteditable="true">a</div><input id="tick" type="checkbox"><label id="label" for="tick">Tick</label>
  <input id="slider" type="range" value="50"><form id="form"><button id="button">Go</button></form>
  <div id="open"><input id="password" type="password" value="a"><input id="shown" type="password" value="a">
    <input id="card" autocomplete="cc-number" value="a"><input id="code" autocomplete="one-time-code" value="a">
    <input id="file" type="file"><label id="fileLabel" for="file">File</label><input id="colour" type="color" value="#111111">
    <input id="fine" value="a"><input id="other" value="a"></div>
  <div id="hidden"><button id="inHidden">x</button></div><div id="gone"><button id="inGone">x</button></div>
  <div id="text">Plain text</div><iframe id="foreign" sandbox srcdoc="<button>x</button>"></iframe>`;
const rules = { unmask: ['#open'], mask: ['#hidden'], block: ['#gone'] };

const values = () =>
  page.get(
    `['masked', 'area', 'rich', 'tick', 'select', 'slider', 'password', 'shown', 'card', 'code', 'colour'].map((id) => {
      const field = find('#' + id);
      return field.type === 'checkbox' ? field.checked : (field.value ?? field.textContent);
    })`,
  );
const untouched = ['a', 'a', 'a', false, 'a', '50', 'a', 'a', 'a', 'a', '#111111'];
const heard = `['pointerdown', 'mousedown', 'click', 'keydown', 'beforeinput', 'input', 'change', 'submit', 'focusin', 'wheel']`;

async function open(app = ''): Promise<void> {
  page = await RemotePage.open(browser, { html: fields, rules, app: `hear(${heard});${app}` });
}

describe('what an agent does not see is out of reach', () => {
  test.each(['masked', 'area', 'rich', 'password', 'card', 'code'])('[REMOTE-7] no letter into #%s', async (id) => {
    await open();
    expect(await page.type(`#${id}`, 'x')).toBe('FORBIDDEN');
    expect(await page.key(`#${id}`, 'Backspace')).toBe('FORBIDDEN');
    // Not by way of the focus either.
    await page.get(`(find('#${id}').focus(), heard.splice(0))`);
    expect(await page.key('#text', 'Backspace')).not.toBeUndefined();
    expect(await page.key('body', 'x')).toBe('FORBIDDEN');
    expect(await values()).toEqual(untouched);
    expect(await page.heard()).toEqual([]);
  });

  test('[REMOTE-7] no click on masked fields, by their labels, or in what is masked or left out by a rule', async () => {
    await open();
    for (const id of [
      'masked',
      'tick',
      'label',
      'slider',
      'select',
      'password',
      'card',
      'hidden',
      'inHidden',
      'inGone',
    ]) {
      expect([id, await page.press(`#${id}`), await page.release(`#${id}`)]).toEqual([id, 'FORBIDDEN', 'FORBIDDEN']);
    }
    expect(await page.run('#select', { do: 'select', options: [1] })).toBe('FORBIDDEN');
    expect(await page.run('#inHidden', { do: 'scroll', by: { x: 0, y: 9 } })).toBe('FORBIDDEN');
    expect(await values()).toEqual(untouched);
    expect(await page.heard()).toEqual([]);
  });

  test('[REMOTE-7] a point in an open element that meets a masked one in it is refused', async () => {
    await open();
    const [x, y] =
      (await page.get(`(() => { const box = find('#masked').getBoundingClientRect(); const body = document.body.getBoundingClientRect();
      return [(box.x + 5 - body.x) / body.width, (box.y + 5 - body.y) / body.height]; })()`)) as [number, number];
    expect(await page.press('body', x, y)).toBe('FORBIDDEN');
    expect(await page.heard()).toEqual([]);
  });

  test('[REMOTE-7] a password that the page shows stays one', async () => {
    await open();
    await page.type('#shown', 'x');
    await page.get(`find('#shown').type = 'text'`);
    expect(await page.type('#shown', 'x')).toBe('FORBIDDEN');
    expect(await values()).toEqual(untouched);
  });

  test('[REMOTE-7] a page that moves the focus into a masked field while the agent types gets no letter there', async () => {
    await open(`find('#fine').addEventListener('focus', () => find('#masked').focus());`);
    expect(await page.type('#fine', 'x')).toBe('FORBIDDEN');
    await page.get(`find('#other').addEventListener('keydown', () => find('#password').focus())`);
    await page.type('#other', 'xyz');
    expect(await values()).toEqual(untouched);
  });

  test('[REMOTE-7] tab passes over fields that an agent may not write in', async () => {
    await open();
    await page.page.focus('#fine');
    await page.key('#fine', 'Tab');
    await page.key('#other', 'Tab');
    expect(await page.get('document.activeElement.id')).not.toMatch(/masked|password|shown|card|code|area|select|rich/);
  });

  test('[REMOTE-7] nobody but the visitor acts in the widget itself', async () => {
    await open(`
      const widget = document.createElement('coview-widget');
      widget.style.cssText = 'position: fixed; inset: 0';
      widget.attachShadow({ mode: 'open' }).innerHTML = '<button style="width: 100%; height: 100%">Allow</button>';
      widget.shadowRoot.firstChild.onclick = () => heard.push('allowed');
      document.body.append(widget);`);
    expect(await page.press('body')).toBe('FORBIDDEN');
    expect(await page.release('body')).toBe('FORBIDDEN');
    expect(await page.press('coview-widget')).toBe('FORBIDDEN');
    expect(await page.move('body')).toBe('FORBIDDEN');
    expect(await page.heard()).toEqual([]);
  });
});

describe('what cannot be done is said', () => {
  test('[REMOTE-8] what is gone, what only the visitor’s hand may do, and frames of others', async () => {
    await open();
    await page.get(`window.n = numberOf('#text'); find('#text').remove();`);
    const click = `{ do: 'down', at: { x: 0, y: 0 }, button: 0, modifiers: [] }`;
    expect(await page.get(`remote.run({ ...${click}, node: n }, ['pointer'])`)).toBe('NOT_FOUND');
    expect(await page.get(`remote.run({ ...${click}, node: 12345 }, ['pointer'])`)).toBe('NOT_FOUND');
    for (const id of ['file', 'fileLabel', 'colour', 'foreign'])
      expect([id, await page.press(`#${id}`)]).toEqual([id, 'UNSUPPORTED']);
    expect(await page.run('#button', { do: 'select', options: [0] })).toBe('UNSUPPORTED');
  });

  const outcomes = async (ids: readonly string[], act: (path: string) => Promise<string | undefined>) => {
    const all: Record<string, string | undefined> = {};
    for (const id of ids) all[id] = await act(`#${id}`);
    return all;
  };
  const every = (ids: readonly string[], outcome: string | undefined) =>
    Object.fromEntries(ids.map((id) => [id, outcome]));

  test('[REMOTE-9] keys open no picker either, nor does what the page makes of a press', async () => {
    await open(`
      for (const field of [find('#file'), find('#colour')]) field.click = () => heard.push('opened');
      HTMLInputElement.prototype.click = function () { heard.push('clicked'); HTMLElement.prototype.click.call(this) };
      addEventListener('click', (event) => event.target.id === 'hiddenFile' && heard.push('opens ' + !event.defaultPrevented));
      find('#fine').insertAdjacentHTML('afterend', '<button id="upload">Upload</button><input id="hiddenFile" type="file" hidden>');
      find('#upload').onclick = () => HTMLElement.prototype.click.call(find('#hiddenFile'));
    `);
    for (const key of ['Enter', ' ']) {
      expect(await outcomes(['file', 'colour'], (path) => page.key(path, key))).toEqual(
        every(['file', 'colour'], 'UNSUPPORTED'),
      );
    }
    expect((await page.heard()).filter((one) => one !== 'focusin')).toEqual([]);
    expect(await page.click('#upload')).toBe('UNSUPPORTED');
    await page.page.focus('#upload');
    expect([await page.key('#upload', 'Enter'), await page.key('#upload', ' ')]).toEqual([
      'UNSUPPORTED',
      'UNSUPPORTED',
    ]);
    expect((await page.heard()).filter((one) => /opens/.test(String(one)))).toEqual(Array(3).fill('opens false'));
  });

  const links = `
    <a id="here" href="#here">x</a><a id="self" target="_self" href="?self">x</a><a id="script" href="javascript:void 0">x</a>
    <a id="mail" href="mailto:jane@example.com">x</a><a id="call" href="tel:+4912345">x</a><a id="app" href="shop-app:open">x</a>
    <a id="blank" target="_blank" href="?blank">x</a><a id="named" target="other" href="?named"><b id="inNamed">x</b></a>
    <a id="framed" target="inner" href="?framed">x</a><iframe name="inner"></iframe>
    <a id="saved" download href="?saved">x</a><svg width="20" height="20"><a href="mailto:x@example.com"><circle id="drawn" r="20"/></a></svg>
    <form id="sends" target="_blank" action="?sent"><input id="word"><button id="send">x</button></form>
    <form onsubmit="heard.push('sent'); return false"><button id="plain">x</button></form>`;
  const kept = ['mail', 'call', 'app', 'blank', 'inNamed', 'saved', 'drawn', 'send'];

  test('[REMOTE-9] other programs, other windows and downloads are left to the visitor; the page hears of the press', async () => {
    page = await RemotePage.open(browser, {
      html: links,
      rules: { unmask: ['input'] },
      // What is not kept would go away.
      app: `addEventListener('click', (event) => {
        const [at] = event.composedPath();
        heard.push(at.id + ' ' + (event.defaultPrevented ? 'kept' : 'done'));
        if (!/^(script|send|plain)$/.test(at.id)) event.preventDefault();
      });
      addEventListener('submit', (event) => { heard.push('submit ' + (event.defaultPrevented ? 'kept' : 'done')); event.preventDefault(); });`,
    });
    expect(await outcomes(kept, (path) => page.click(path))).toEqual(every(kept, 'UNSUPPORTED'));
    expect(await page.heard()).toEqual([...kept.slice(0, -1).map((id) => `${id} kept`), 'send done', 'submit kept']);
    expect(await page.key('#mail', 'Enter')).toBe('UNSUPPORTED');
    expect(await page.key('#word', 'Enter')).toBe('UNSUPPORTED');
    await page.heard();
    const done = ['here', 'self', 'script', 'framed', 'plain'];
    expect(await outcomes(done, (path) => page.click(path))).toEqual(every(done, undefined));
    expect(await page.heard()).toEqual([
      'here done',
      'self done',
      'script done',
      'framed done',
      'plain done',
      'sent',
      'submit kept',
    ]);
    await page.press('#here');
    const up = { do: 'up', at: { x: 0.5, y: 0.5 }, button: 0, modifiers: ['ctrl'] };
    expect(await page.run('#here', up)).toBe('UNSUPPORTED');
  });

  test('[REMOTE-9] a page of another origin within the page is out of reach, and is not gone', async () => {
    await open();
    const down = `{ do: 'down', at: { x: 0, y: 0 }, button: 0, modifiers: [], node: 0x1000000 + 7 }`;
    expect(await page.get(`remote.run(${down}, ['pointer'])`)).toBe('UNSUPPORTED');
  });

  test('[REMOTE-8] no command without its capability', async () => {
    await open();
    const commands: [CobrowseCapability, object][] = [
      ['pointer', { do: 'move', at: { x: 0, y: 0 } }],
      ['pointer', { do: 'down', at: { x: 0, y: 0 }, button: 0, modifiers: [] }],
      ['pointer', { do: 'up', at: { x: 0, y: 0 }, button: 0, modifiers: [] }],
      ['scroll', { do: 'scroll', by: { x: 0, y: 10 } }],
      ['type', { do: 'text', text: 'x' }],
      ['type', { do: 'key', key: 'x', code: '', modifiers: [] }],
      ['select', { do: 'select', options: [] }],
      ['navigate', { do: 'go', to: 'reload' }],
    ];
    for (const [needed, command] of commands) {
      const others = (['pointer', 'scroll', 'type', 'select', 'navigate'] as const).filter((one) => one !== needed);
      expect(await page.run('#fine', command, others)).toBe('FORBIDDEN');
    }
    expect(await page.heard()).toEqual([]);
  });

  test('[REMOTE-8] when control ends, nothing stays pressed', async () => {
    await open(`hear(['pointercancel', 'pointerup', 'mouseup']);`);
    await page.press('#text');
    await page.get('remote.stop()');
    expect(await page.heard()).toEqual(['pointerdown', 'mousedown', 'pointercancel']);
    await page.get('remote.stop()');
    expect(await page.heard()).toEqual([]);
  });
});
