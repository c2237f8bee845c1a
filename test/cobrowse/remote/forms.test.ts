import { describe, expect, test } from 'vitest';
import type { RemotePage } from './RemotePage.ts';
import { RemoteScene } from './RemoteScene.ts';

const app = `
  import { mount } from '#test/cobrowse/remote/reactForm.mjs';
  await mount(find('#app'), (sent) => { window.sent = sent; }, (state) => { window.state = state; });
`;
const html = '<div id="app"></div><div id="rich" contenteditable="true" style="min-height: 40px"></div>';
const rules = { unmask: ['#app', '#rich'] };

const scene = RemoteScene.forTests();
let page: RemotePage;

const open = async (more: Parameters<typeof RemotePage.open>[1] = { html, app, rules }) => {
  page = await scene.open(more);
};
const state = (key: string) => page.get(`state.${key}`);

describe('fields that React holds', () => {
  test('[REMOTE-4] take text at the caret, deletions, and what the type of the field lets in', async () => {
    await open();
    await page.type('#name', 'Jon Doe');
    for (let nth = 0; nth < 4; nth++) await page.key('#name', 'ArrowLeft');
    await page.type('#name', 'h');
    expect(await state('name')).toBe('Jonh Doe');
    await page.key('#name', 'Backspace');
    await page.key('#name', 'ArrowLeft');
    await page.type('#name', 'h');
    expect(await state('name')).toBe('John Doe');
    await page.key('#name', 'End');
    await page.key('#name', 'Backspace', ['ctrl']);
    expect(await state('name')).toBe('John ');
    await page.key('#name', 'a', ['ctrl']);
    await page.type('#name', 'Zoë 🙂 日本');
    expect(await state('name')).toBe('Zoë 🙂 日本');
    expect(await page.get('find("#name").value')).toBe('Zoë 🙂 日本');
    await page.type('#mail', 'zoe@example.com');
    expect(await state('mail')).toBe('zoe@example.com');
    for (const letter of '1.5') await page.type('#amount', letter);
    expect(await state('amount')).toBe('1.5');
    await page.type('#note', 'one');
    await page.key('#note', 'Enter');
    await page.type('#note', 'two');
    expect(await state('note')).toBe('one\ntwo');
    await page.key('#note', 'ArrowUp');
    await page.key('#note', 'Delete');
    await page.type('#note', 'x'.repeat(200));
    expect(await state('note')).toBe(`one${'x'.repeat(200)}two`);
  });

  test('[REMOTE-4] boxes, also by their labels and the space bar; radios, also by arrows', async () => {
    await open();
    await page.click('#news');
    expect(await state('news')).toBe(true);
    await page.move('#newsLabel', 0.1);
    await page.press('#newsLabel', 0.1);
    await page.release('#newsLabel', 0.1);
    expect(await state('news')).toBe(false);
    await page.key('#news', ' ');
    expect(await state('news')).toBe(true);
    await page.click('#van');
    expect(await state('way')).toBe('van');
    await page.key('#van', 'ArrowUp');
    expect(await state('way')).toBe('post');
  });

  test('[REMOTE-4] selects, of one and of several; options that cannot be chosen stay as they are', async () => {
    await open();
    await page.get(`hear(['input', 'change'], (e) => e.type + ' ' + e.target.id)`);
    await page.run('#size', { do: 'select', options: [2] });
    expect(await state('size')).toBe('l');
    await page.run('#size', { do: 'select', options: [1] });
    await page.run('#size', { do: 'select', options: [0, 1, 2] });
    await page.run('#size', { do: 'select', options: [77] });
    expect(await state('size')).toBe('l');
    await page.run('#colours', { do: 'select', options: [0, 2] });
    expect(await state('colours')).toEqual(['red', 'blue']);
    expect(await page.heard()).toEqual(['input size', 'change size', 'input colours', 'change colours']);
  });

  test('[REMOTE-4] a form is filled in and sent, by its button and by Enter', async () => {
    await open();
    await page.type('#name', 'Ada');
    await page.click('#send');
    expect(await page.get('sent.name')).toBe('Ada');
    await page.get(`hear(['change', 'submit', 'click'], (e) => e.type + ' ' + (e.target.id))`);
    await page.type('#mail', 'ada@example.com');
    await page.key('#mail', 'Enter');
    expect(await page.get('sent.mail')).toBe('ada@example.com');
    expect(await page.heard()).toEqual(['change mail', 'click send', 'submit form']);
    await page.type('#mail', ' and more');
    await page.get('void delete window.sent');
    await page.key('#mail', 'Enter');
    // What the browser finds invalid is not sent.
    expect(await page.get('window.sent')).toBeUndefined();
  });

  test('[REMOTE-4] what a page prevents is not done', async () => {
    await open();
    await page.get(`addEventListener('keydown', (event) => event.key === 'b' && event.preventDefault(), true);
      addEventListener('beforeinput', (event) => event.data === 'c' && event.preventDefault(), true);
      addEventListener('mousedown', (event) => event.target.id === 'mail' && event.preventDefault(), true);
      addEventListener('click', (event) => event.target.id === 'send' && event.preventDefault(), true)`);
    await page.type('#name', 'abcd');
    expect(await state('name')).toBe('ad');
    await page.click('#mail');
    expect(await page.get('document.activeElement.id')).toBe('name');
    await page.click('#send');
    expect(await page.get('window.sent')).toBeUndefined();
  });
});

describe('plain fields', () => {
  test('[REMOTE-4] tell of a change when they are left, once, and keep their limits', async () => {
    await open({
      html: '<input id="one" maxlength="4"><input id="two" readonly value="x"><input id="three" disabled><p id="p">p</p>',
      rules: { unmask: ['input'] },
    });
    await page.get(`hear(['change'], (e) => e.type + ' ' + e.target.value)`);
    await page.type('#one', 'abcdef');
    expect(await page.heard()).toEqual([]);
    await page.click('#p');
    expect(await page.heard()).toEqual(['change abcd']);
    expect(await page.type('#two', 'y')).toBe('UNSUPPORTED');
    expect(await page.type('#three', 'y')).toBe('UNSUPPORTED');
    expect(await page.type('#p', 'y')).toBe('UNSUPPORTED');
    expect(await page.get('find("#two").value + find("#three").value')).toBe('x');
  });

  test('[REMOTE-4] contenteditable takes text, lines and deletions where the caret is', async () => {
    await open();
    await page.click('#rich');
    await page.type('#rich', 'Hello world');
    for (let nth = 0; nth < 5; nth++) await page.key('#rich', 'ArrowLeft');
    await page.key('#rich', 'Enter');
    await page.key('#rich', 'ArrowLeft');
    await page.key('#rich', 'Backspace');
    await page.type('#rich', '!');
    expect(await page.get('find("#rich").innerText')).toBe('Hello!\nworld');
  });

  test('[REMOTE-4] an editor that holds its text itself decides by beforeinput', async () => {
    await open({
      html: '<div id="editor" contenteditable="true">a</div>',
      rules: { unmask: ['#editor'] },
      app: `find('#editor').addEventListener('beforeinput', (event) => {
        event.preventDefault();
        event.target.textContent += event.data.toUpperCase();
      });`,
    });
    await page.type('#editor', 'bc');
    expect(await page.get('find("#editor").textContent')).toBe('aBC');
  });
});

describe('places', () => {
  const inner = `<button id='b' onclick='parent.hits.push(event.clientX)'>Inner</button><input id='i'>`;
  const nested = `<div id="host"></div><iframe id="frame" srcdoc="${inner}" style="margin-left: 100px"></iframe>
    <a id="link" href="#there">There</a><a id="wrapped" href="#wrapped"><span id="span">Wrapped</span></a>
    <details id="details"><summary id="summary">More</summary>Text</details><div style="height: 2000px"></div><button id="far">Far</button>`;
  const shadow = `
    window.hits = [];
    const root = find('#host').attachShadow({ mode: 'open' });
    root.innerHTML = '<button id="b">Inside</button><input id="i">';
    root.querySelector('#b').onclick = (event) => hits.push(event.composedPath().length > 3 && event.target.id);
    await new Promise((done) => { const frame = document.querySelector('iframe'); const look = () => (frame.contentDocument?.querySelector('#b') ? done() : requestAnimationFrame(look)); look(); });
  `;
  const there = { html: nested, app: shadow, rules: { unmask: ['input'] } };

  test('[REMOTE-5] buttons and fields in shadow roots and frames', async () => {
    await open(there);
    await page.click('#host >>> #b');
    expect(await page.get('hits.splice(0)')).toEqual(['b']);
    await page.type('#host >>> #i', 'shadow');
    expect(await page.get('find("#host >>> #i").value')).toBe('shadow');
    await page.click('iframe >>> #b');
    const [x] = (await page.get('hits.splice(0)')) as number[];
    expect(x).toBeLessThan(100);
    expect((await page.get('remote.at.x')) as number).toBeGreaterThan(100);
    await page.type('iframe >>> #i', 'frame');
    await page.key('iframe >>> #i', 'Backspace');
    expect(await page.get('find("iframe >>> #i").value')).toBe('fram');
  });

  test('[REMOTE-5] links, what is in them, and what folds', async () => {
    await open(there);
    await Promise.all([page.page.waitForURL('**/#there'), page.click('#link')]);
    await Promise.all([page.page.waitForURL('**/#wrapped'), page.click('#span')]);
    await Promise.all([page.page.waitForURL('**/#there'), page.key('#link', 'Enter')]);
    await page.click('#summary');
    expect(await page.get('find("#details").open')).toBe(true);
  });

  test('[REMOTE-5] what is off the screen comes into sight when it is pressed', async () => {
    await open(there);
    await page.get(`hear(['click'], (e) => e.target.id)`);
    await page.press('#far');
    await page.release('#far');
    expect(await page.get('scrollY > 0')).toBe(true);
    expect(await page.heard()).toEqual(['far']);
  });

  test('[REMOTE-5] what lies above it is not clicked in its place', async () => {
    await open({ html: '<button id="under">Under</button><div id="over" style="position: fixed; inset: 0"></div>' });
    await page.get(`hear(['click'], (e) => e.target.id)`);
    await page.click('#under');
    await page.click('#over');
    expect(await page.heard()).toEqual(['under', 'over']);
  });

  test('[REMOTE-6] pages of the same origin, back, forward and anew; nothing else', async () => {
    await open(there);
    const go = (to: string) => page.get(`remote.run({ do: 'go', to: ${JSON.stringify(to)} }, ['navigate'])`);
    const origin = new URL(page.page.url()).origin;
    expect(await go('https://elsewhere.example/')).toBe('FORBIDDEN');
    expect(await go('javascript:hits.push(1)')).toBe('FORBIDDEN');
    expect(await page.get('hits')).toEqual([]);
    await Promise.all([page.page.waitForURL('**/#a'), go(`${origin}/#a`)]);
    await Promise.all([page.page.waitForURL('**/#b'), go(`${origin}/#b`)]);
    await Promise.all([page.page.waitForURL('**/#a'), go('back')]);
    await Promise.all([page.page.waitForURL('**/#b'), go('forward')]);
    await Promise.all([page.page.waitForEvent('load'), go('reload')]);
    expect(await go(`blob:${origin}/made-up`)).toBe('FORBIDDEN');
    // What the page's links go by is no way round.
    await page.get(
      `document.head.append(Object.assign(document.createElement('base'), { href: 'https://elsewhere.example/' }))`,
    );
    await Promise.all([page.page.waitForURL('**/#c'), go('/#c')]);
    expect(new URL(page.page.url()).origin).toBe(origin);
  });
});
