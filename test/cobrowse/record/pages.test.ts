import { expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { custom, of, type RecordedEvent } from './events.ts';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();
const mutations = (events: RecordedEvent[]) => events.filter(({ type, data }) => type === 3 && data.source === 0);

test('[RECORD-2] what came and went, or changed and changed back in place, within a frame costs next to nothing', async () => {
  const page = await stage.page('<div id="area"></div>');
  await stage.record(page, open);
  const events = await stage.after(
    page,
    `for (let n = 0; n < 500; n++) {
      const row = document.createElement('p');
      row.append('row ' + n);
      area.append(row);
      if (n !== 7) row.remove();
      area.title = 'title ' + n;
    }`,
  );
  const [only, ...others] = mutations(events);
  expect(others).toEqual([]);
  expect(only?.data.adds).toHaveLength(2);
  expect(only?.data.removes).toEqual([]);
  expect(only?.data.attributes).toEqual([{ id: expect.any(Number), attributes: { title: 'title 499' } }]);
});

test('[RECORD-3] comments, scripts’ text and the widget are in no recording', async () => {
  const page = await stage.page(
    '<!-- secret comment --><coview-widget><b>secret widget</b></coview-widget><script>"secret script"</script>' +
      '<noscript>secret noscript</noscript><template>secret template</template><p>public</p>',
  );
  await stage.record(page, open);
  await stage.after(
    page,
    `document.body.append(document.createComment('secret'));
     document.querySelector('coview-widget').append('secret words');
     document.querySelector('coview-widget').className = 'secret';`,
  );
  const told = JSON.stringify(await stage.events(page));
  expect(told).toContain('public');
  expect(told).not.toContain('secret');
});

test('[RECORD-4] open shadow trees, also nested and attached later, with the style sheets that they adopt', async () => {
  const page = await stage.page('<x-card></x-card><div id="late">light</div>');
  await page.evaluate(`{
    customElements.define('x-card', class extends HTMLElement {
      constructor() {
        super();
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('b { color: rgb(1, 1, 1) }');
        const root = this.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [sheet];
        root.innerHTML = '<b>in <slot></slot></b><div id="inner"></div>';
        root.querySelector('#inner').attachShadow({ mode: 'open' }).innerHTML = '<i>deep</i>';
      }
    });
  }`);
  await stage.record(page, open);
  expect(await stage.look(page)).toContain('rgb(1, 1, 1)');
  await page.evaluate(`{
    const root = document.querySelector('x-card').shadowRoot;
    root.querySelector('#inner').shadowRoot.firstChild.append('er');
    root.adoptedStyleSheets[0].insertRule('i { color: rgb(2, 2, 2) }', 1);
    const more = new CSSStyleSheet();
    more.insertRule('u { color: rgb(3, 3, 3) }');
    root.adoptedStyleSheets.push(more);
    document.adoptedStyleSheets = [more];
    late.attachShadow({ mode: 'open' }).innerHTML = '<p>now <slot></slot></p>';
    document.body.append(document.createElement('x-card'));
  }`);
  const look = await stage.look(page);
  for (const part of ['rgb(2, 2, 2)', 'rgb(3, 3, 3)', '"er"', '"now "']) expect(look).toContain(part);
  await page.evaluate(`document.adoptedStyleSheets[0].replaceSync('u { color: rgb(4, 4, 4) }')`);
  expect(await stage.look(page)).toContain('rgb(4, 4, 4)');
});

test('[RECORD-5] style sheets as they are: linked, written, made rule by rule before and during the recording', async () => {
  const page = await stage.page(
    '<style id="made"></style><style id="both">.b { color: rgb(9, 9, 9) } @media all { .m { top: 1px } }</style>',
  );
  await page.evaluate(`new Promise((done) => {
    made.sheet.insertRule('.early { color: rgb(1, 2, 3) }');
    both.sheet.insertRule('.also { color: rgb(4, 5, 6) }');
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/sheet.css', onload: done }));
  })`);
  await stage.record(page, open);
  const before = await stage.look(page);
  for (const part of ['.early', '.also', '.linked', 'top: 1px']) expect(before).toContain(part);
  const events = await stage.after(
    page,
    `for (let n = 0; n < 50; n++) made.sheet.insertRule('.late' + n + ' { left: ' + n + 'px }', made.sheet.cssRules.length);
     both.sheet.deleteRule(1);
     both.sheet.cssRules[1].insertRule('.nested { top: 2px }', 0);
     both.sheet.cssRules[1].cssRules[1].style.setProperty('top', '3px', 'important');
     made.sheet.cssRules[0].style.removeProperty('color');`,
  );
  expect(of(events, 8)[0].adds).toHaveLength(50);
  const look = await stage.look(page);
  for (const part of ['.late49', '.nested', 'top: 3px !important', '.early { }']) expect(look).toContain(part);
  // A sheet that loads later, and one whose text is written anew.
  await page.evaluate(`new Promise((done) => {
    both.textContent = '.anew { color: red }';
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/sheet.css?2', onload: done }));
  })`);
  expect((await stage.look(page)).match(/\.linked/g)).toHaveLength(2);
});

test('[RECORD-6] frames of the page’s origin are parts of it, also as they load, change and are written to', async () => {
  const page = await stage.page('<iframe id="one" src="/frame.html"></iframe><iframe id="two"></iframe>');
  await untilTrue(page, `one.contentDocument.querySelector('.inside')`);
  await stage.record(page, open);
  expect(await stage.look(page)).toContain('"In a frame"');
  await page.evaluate(`{
    one.contentDocument.body.append('more in it');
    one.contentDocument.querySelector('input').value = 'changed';
    const { contentDocument: other } = two;
    other.open();
    other.write('<p>written</p><iframe></iframe>');
    other.close();
    other.querySelector('iframe').contentDocument.body.append('nested');
  }`);
  const look = await stage.look(page);
  for (const part of ['"more in it"', '"written"', '"nested"']) expect(look).toContain(part);
  await page.evaluate(`new Promise((done) => {
    one.onload = done;
    one.src = '/frame.html?again';
  })`);
  await page.evaluate(`new Promise((done) => {
    const frame = Object.assign(document.createElement('iframe'), { srcdoc: '<b>srcdoc</b>', onload: done });
    document.body.append(frame);
  })`);
  // Another document has functions of its own.
  await page.evaluate(
    `{ one.contentDocument.querySelector('p').attachShadow({ mode: 'open' }).innerHTML = '<u>late shadow</u>'; }`,
  );
  const again = await stage.look(page);
  expect(again).toContain('"srcdoc"');
  expect(again).toContain('"late shadow"');
  expect(again).not.toContain('"more in it"');
  // Listened to as well after it was written anew.
  const events = await stage.after(
    page,
    `{ const field = two.contentDocument.body.appendChild(two.contentDocument.createElement('input'));
       field.value = 'typed'; }`,
  );
  expect(JSON.stringify(events)).toContain('typed');
});

test('[RECORD-7] what fields hold, however it got there, as far as it may be seen', async () => {
  const page = await stage.page(
    `<form id="form"><input id="text" value="start"><textarea id="area">before</textarea>
     <input type="radio" name="r" id="r1" checked><input type="radio" name="r" id="r2"><input type="checkbox" id="box">
     <select id="one"><option>a</option><option>b</option></select>
     <select id="many" multiple><option>c</option><option selected>d</option></select></form>`,
  );
  await stage.record(page, open);
  await stage.look(page);
  await page.fill('#text', 'typed');
  await page.fill('#area', 'typed too');
  await page.check('#r2');
  await page.evaluate(
    `box.checked = true; one.value = 'b'; many.options[0].selected = true; many.options[1].selected = false`,
  );
  const look = await stage.look(page);
  for (const part of ['"typed" false', '"typed too"', 'type="radio"> "on" true']) expect(look).toContain(part);
  await page.evaluate('form.reset()');
  expect(await stage.look(page)).toContain('"start" false');
  // Without anything that the recorder hears of, too.
  const before = (await stage.events(page)).length;
  await page.evaluate(`text.value = 'by a script'`);
  await expect.poll(async () => JSON.stringify((await stage.events(page)).slice(before))).toContain('by a script');
});

test('[RECORD-8] what is masked stays so: when fields are shown, text moves, rules come to apply, and a page is told anew', async () => {
  const page = await stage.page(
    '<div class="private"><b id="word">secret1</b></div><div id="later">public1</div><input id="pass" type="password" value="secret2">',
  );
  await stage.record(page, { mask: ['.private', 'section *'], block: ['#gone'] });
  await stage.after(
    page,
    `word.firstChild.data = 'secret3';
     document.querySelector('.private').append('secret4');
     pass.type = 'text'; pass.value = 'secret5';
     // The rule applies from the same moment that the words come.
     later.className = 'private'; later.append('secret6');`,
  );
  await stage.after(
    page,
    `{ const section = document.createElement('section');
       section.append(Object.assign(document.createElement('p'), { textContent: 'secret7' }));
       document.body.append(section);
       document.body.append(Object.assign(document.createElement('div'), { id: 'gone', innerHTML: '<p>secret8</p>' })); }`,
  );
  await page.evaluate('page.recorder.snapshot()');
  await stage.settled(page);
  const told = JSON.stringify(await stage.events(page));
  expect(told).toContain('public1');
  expect(told).not.toMatch(/secret\d/);
  expect(told).toContain('*******');
  expect(told).toContain('needBlock');
});

test('[RECORD-9] a rule that a change makes void shows what it had hidden', async () => {
  const page = await stage.page('<div id="box" class="private"><b>now public</b></div>');
  await stage.record(page, { mask: ['.private'] });
  expect(JSON.stringify(await stage.events(page))).not.toContain('now public');
  await page.evaluate(`box.className = ''`);
  expect(await stage.look(page)).toContain('now public');
});

test('[RECORD-10] scroll of a page that hears of none, as nobody draws it', async () => {
  const page = await stage.page('<div style="height: 3000px">tall</div>');
  await page.evaluate(`addEventListener('scroll', (event) => event.stopImmediatePropagation(), true)`);
  await stage.record(page, open);
  await page.evaluate('scrollTo(0, 700)');
  const id = await page.evaluate('page.recorder.idOf(document)');
  const told = async () => of(await stage.events(page), 3).filter(({ source }) => source === 3);
  await expect.poll(told).toEqual([{ source: 3, id, x: 0, y: 700 }]);
  await page.evaluate('scrollTo(0, 0)');
  await expect.poll(told).toHaveLength(2);
});

test('[RECORD-10] scroll, of the page and within it, from before the recording and during it', async () => {
  const page = await stage.page(
    `<div id="outer" style="height: 100px; overflow: auto"><div style="height: 2000px">tall</div></div>
     <div id="host"></div><div style="height: 3000px">taller</div>`,
  );
  await page.evaluate(`outer.scrollTop = 150; scrollTo(0, 400);
    host.attachShadow({ mode: 'open' }).innerHTML = '<div style="height: 50px; overflow: auto"><p style="height: 900px"></p></div>'`);
  await stage.record(page, open);
  const events = await stage.events(page);
  const id = await page.evaluate('page.recorder.idOf(outer)');
  expect(events.find(({ type }) => type === 2)?.data.initialOffset).toEqual({
    top: await page.evaluate('scrollY'),
    left: 0,
  });
  expect(of(events, 3)).toContainEqual({ source: 3, id, x: 0, y: 150 });
  await page.evaluate('outer.scrollTop = 300; scrollTo(0, 500); host.shadowRoot.firstChild.scrollTop = 70');
  const inShadow = await page.evaluate('page.recorder.idOf(host.shadowRoot.firstChild)');
  const root = await page.evaluate('page.recorder.idOf(document)');
  for (const wanted of [
    { source: 3, id, x: 0, y: 300 },
    { source: 3, id: root, x: 0, y: 500 },
    { source: 3, id: inShadow, x: 0, y: 70 },
  ]) {
    await expect.poll(async () => of(await stage.events(page), 3)).toContainEqual(wanted);
  }
});

test('[RECORD-11] the pointer, what is under it, clicks, focus and selection; scripts move no pointer', async () => {
  const page = await stage.page('<p id="words">some words</p><button id="button"><b id="inner">Press</b></button>');
  await stage.record(page, open);
  const [button, inner, words] = (await page.evaluate(
    '[button, inner, words.firstChild].map((node) => page.recorder.idOf(node))',
  )) as number[];
  await page.evaluate(
    `button.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, clientX: 666, clientY: 666 }))`,
  );
  await page.hover('#inner');
  const moves = async () => of(await stage.events(page), 1).flatMap(({ positions }) => positions);
  await expect.poll(async () => (await moves()).at(-1)?.id).toBe(inner);
  expect((await moves()).map(({ x }) => x)).not.toContain(666);
  await page.mouse.move(-20, -20);
  await expect.poll(async () => custom(await stage.events(page), 'cv.hover')).toEqual([{ id: null }]);
  const told = (await page.evaluate(`page.told.filter(({ kind }) => kind === 'pointer').length`)) as number;
  expect(told).toBeGreaterThan(0);
  await page.click('#inner');
  await page.evaluate(`getSelection().setBaseAndExtent(words.firstChild, 0, words.firstChild, 4)`);
  const kinds = async () => of(await stage.events(page), 2).map(({ type, id }) => [type, id]);
  await expect.poll(kinds).toContainEqual([2, inner]);
  expect(await kinds()).toContainEqual([5, button]);
  const range = { start: words, startOffset: 0, end: words, endOffset: 4 };
  await expect.poll(async () => of(await stage.events(page), 14).at(-1)?.ranges).toEqual([range]);
});

test('[RECORD-12] size, address and open lists of selects', async () => {
  const page = await stage.page('<select id="list"><option>a</option><option>b</option></select>');
  await stage.record(page, open);
  await page.setViewportSize({ width: 640, height: 480 });
  await expect.poll(async () => of(await stage.events(page), 4).at(-1)).toMatchObject({ width: 640, height: 480 });
  expect(custom(await stage.events(page), 'cv.view').at(-1)).toMatchObject({
    width: 640,
    height: 480,
    scale: 1,
    dpr: 1,
  });
  await page.evaluate(`history.pushState(null, '', '/elsewhere?q=1#part')`);
  const address = async () => (await stage.events(page)).filter(({ type }) => type === 4).at(-1)?.data.href;
  await expect.poll(address).toMatch(/\/elsewhere$/);
  const id = await page.evaluate('page.recorder.idOf(list)');
  await page.click('#list');
  await expect.poll(async () => custom(await stage.events(page), 'cv.select').at(-1)).toEqual({ id, open: true });
  await page.keyboard.press('Escape');
  await expect.poll(async () => custom(await stage.events(page), 'cv.select').at(-1)).toEqual({ id, open: false });
});

test('[RECORD-14] pictures and their addresses go as assets, and no address of the page is left', async () => {
  const page = await stage.page(
    `<img id="img" src="/a-secret.png" srcset="/b-secret.png 1x"><video poster="/c-secret.png" src="/d-secret.mp4"></video>
     <svg><image href="/e-secret.png"/><use href="#local"/></svg><iframe src="/f-secret.html"></iframe>
     <link rel="icon" href="/g-secret.ico"><form action="/h-secret"><input type="image" src="/i-secret.png"></form>`,
  );
  await stage.record(page, open);
  await stage.after(page, `img.srcset = '/j-secret.png 1x'; document.querySelector('video').poster = '/k-secret.png'`);
  const told = JSON.stringify(await stage.events(page));
  expect(told).not.toContain('secret');
  expect(told.match(/asset:\d+/g)?.length).toBeGreaterThanOrEqual(6);
  expect(told).toContain('"href":"#local"');
});

test('[RECORD-23] an element that turns out to be a field when its class comes is masked from then on', async () => {
  const page = await stage.page('<x-field>empty</x-field><p>public</p>');
  await stage.record(page);
  const events = await stage.after(
    page,
    `customElements.define('x-field', class extends HTMLElement { static formAssociated = true });
     document.querySelector('x-field').textContent = 'secret';`,
  );
  expect(of(events, 16)).toEqual([{ source: 16, define: { name: 'x-field' } }]);
  expect(JSON.stringify(events)).not.toContain('secret');
  expect(JSON.stringify(events)).toContain('******');
});

test('[RECORD-24] forms and fields that are called like properties of the browser’s own change nothing', async () => {
  const names = [
    'defaultView',
    'scrollingElement',
    'documentElement',
    'getSelection',
    'adoptedStyleSheets',
    'location',
  ];
  const fields = ['closest', 'baseURI', 'nodeType', 'getRootNode', 'scrollTop', 'querySelector', 'children'];
  const page = await stage.page(`${names.map((name) => `<form name="${name}"></form>`).join('')}
    <form id="full" style="background: url(/pic.png); height: 50px">${fields.map((name) => `<input name="${name}">`).join('')}</form>`);
  await stage.record(page, open);
  const events = await stage.after(page, `full.append('later')`);
  await page.mouse.click(300, 20);
  await page.evaluate(`getSelection().selectAllChildren(full)`);
  await stage.settled(page);
  expect(JSON.stringify(events)).toContain('later');
  const [{ data }] = (await stage.events(page)).filter(({ type }) => type === 4) as [RecordedEvent];
  expect(data).toMatchObject({ width: 1000, height: 700 });
  await page.evaluate('page.recorder.stop()');
});
