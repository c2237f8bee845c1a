import { describe, expect, test } from 'vitest';
import type { RemotePage } from './RemotePage.ts';
import { RemoteScene } from './RemoteScene.ts';

const scene = RemoteScene.forTests();

async function open(html: string, rules = { unmask: ['input', 'textarea', '[contenteditable]', 'select'] }, app = '') {
  return scene.open({ html, rules, app });
}

const pointers = ['over', 'enter', 'move', 'down', 'up', 'out', 'leave'].flatMap((type) => [
  `pointer${type}`,
  `mouse${type}`,
]);
const clicks = ['click', 'dblclick', 'auxclick', 'contextmenu', 'focusin', 'focusout', 'change', 'input', 'submit'];
const detailed = `(e) => [e.type, e.target.id || e.target.localName, e.button ?? '', e.buttons ?? '', e.detail ?? ''].join(' ')`;

describe('as of a real mouse and keyboard', () => {
  const html = `<div id="outer" style="padding: 40px; width: 300px"><button id="one">One</button>
    <label id="label">Tick <input id="tick" type="checkbox"></label> <input id="text" value="abc"> <input id="next"></div>`;

  /** The same done once by the browser’s own mouse and once by an agent: the page is told the same. */
  async function same(real: (page: RemotePage) => Promise<void>, remote: (page: RemotePage) => Promise<unknown>) {
    const told: unknown[][] = [];
    for (const act of [real, remote]) {
      const page = await open(html);
      await page.page.mouse.move(700, 500);
      await page.get('remote.run({ do: "move", node: numberOf("html"), at: { x: 0.95, y: 0.95 } }, ["pointer"])');
      await page.get(
        `hear(${JSON.stringify([...pointers, ...clicks, 'keydown', 'keypress', 'beforeinput', 'keyup'])}, ${detailed})`,
      );
      await act(page);
      told.push(await page.heard());
      if (act === real) await page.close();
    }
    expect(told[0]?.length).toBeGreaterThan(3);
    expect(told[1]).toEqual(told[0]);
  }

  test('[REMOTE-1] a click', () =>
    same(
      async ({ page }) => {
        await page.hover('#one');
        await page.mouse.down();
        await page.mouse.up();
      },
      (page) => page.click('#one'),
    ));

  test('[REMOTE-1] a click on a label, which ticks its box', () =>
    same(
      async ({ page }) => {
        await page.hover('#label', { position: { x: 4, y: 8 } });
        await page.mouse.down();
        await page.mouse.up();
      },
      async (page) => {
        await page.move('#label', 0.1);
        await page.press('#label', 0.1);
        await page.release('#label', 0.1);
      },
    ));

  test('[REMOTE-1] a double click, and the other button', () =>
    same(
      async ({ page }) => {
        await page.hover('#one');
        await page.mouse.down();
        await page.mouse.up();
        await page.mouse.down({ clickCount: 2 });
        await page.mouse.up({ clickCount: 2 });
        await page.mouse.down({ button: 'middle' });
        await page.mouse.up({ button: 'middle' });
      },
      async (page) => {
        await page.click('#one');
        await page.press('#one');
        await page.release('#one');
        await page.press('#one', 0.5, 0.5, 1);
        await page.release('#one', 0.5, 0.5, 1);
      },
    ));

  test('[REMOTE-1] letters, a deletion, and leaving a field', () =>
    same(
      async ({ page }) => {
        await page.focus('#text');
        await page.keyboard.press('End');
        await page.keyboard.press('d');
        await page.keyboard.press('Backspace');
        await page.keyboard.press('e');
        await page.keyboard.press('Tab');
      },
      async (page) => {
        await page.page.focus('#text');
        await page.key('#text', 'End');
        await page.type('#text', 'd');
        await page.key('#text', 'Backspace');
        await page.type('#text', 'e');
        await page.key('#text', 'Tab');
      },
    ));
});

describe('drags', () => {
  const html = `<style>#box { position: absolute; left: 50px; top: 50px; width: 60px; height: 60px; background: #06c }</style>
    <div id="box"></div><div id="field" style="position: absolute; left: 200px; top: 100px; width: 300px; height: 300px"></div>`;
  const follow = (down: string, move: string, up: string, on: string) => `
    const box = document.querySelector('#box');
    box.addEventListener('${down}', (start) => {
      const [left, top] = [start.clientX - box.offsetLeft, start.clientY - box.offsetTop];
      const go = (event) => { box.style.left = event.clientX - left + 'px'; box.style.top = event.clientY - top + 'px'; };
      ${on === 'box' ? 'box.setPointerCapture(start.pointerId);' : ''}
      ${on}.addEventListener('${move}', go);
      ${on}.addEventListener('${up}', () => ${on}.removeEventListener('${move}', go), { once: true });
    });`;

  test.each([
    ['the mouse’s events', follow('mousedown', 'mousemove', 'mouseup', 'document')],
    ['pointer events', follow('pointerdown', 'pointermove', 'pointerup', 'document')],
    ['a captured pointer', follow('pointerdown', 'pointermove', 'pointerup', 'box')],
  ])('[REMOTE-2] by %s', async (_, app) => {
    const page = await open(html, undefined, app);
    await page.move('#box');
    await page.press('#box');
    await page.move('#field', 0.1, 0.1);
    await page.move('#field', 0.5, 0.5);
    await page.release('#field', 0.5, 0.5);
    await page.move('#field', 0.9, 0.9);
    expect(await page.get('[box.offsetLeft, box.offsetTop]')).toEqual([350 - 30, 250 - 30]);
    expect(await page.get('box.hasPointerCapture(1)')).toBe(false);
  });

  test('[REMOTE-2] a pointer captured by an agent leaves the page’s own functions as they were', async () => {
    const page = await open(
      html,
      undefined,
      `window.before = Element.prototype.setPointerCapture;${follow('pointerdown', 'pointermove', 'pointerup', 'box')}`,
    );
    await page.get(`hear(['gotpointercapture', 'lostpointercapture', 'click'])`);
    await page.click('#box');
    expect(await page.get('Element.prototype.setPointerCapture === before')).toBe(true);
    expect(await page.heard()).toEqual(['gotpointercapture', 'lostpointercapture', 'click']);
  });

  test('[REMOTE-2] of what is draggable, with its data, to where it may be dropped', async () => {
    const page = await open(
      `<ul><li id="one" draggable="true">One</li></ul><div id="basket" style="height: 100px">Basket</div><p id="no">No</p>`,
      undefined,
      `const basket = document.querySelector('#basket');
      one.addEventListener('dragstart', (event) => event.dataTransfer.setData('text/plain', 'one'));
      basket.addEventListener('dragover', (event) => event.preventDefault());
      basket.addEventListener('drop', (event) => { event.preventDefault(); basket.textContent = event.dataTransfer.getData('text/plain'); });
      hear(['dragstart', 'dragenter', 'dragleave', 'drop', 'dragend', 'click', 'pointercancel'], (e) => e.type + ' ' + e.target.id);`,
    );
    await page.press('#one');
    await page.move('#no');
    await page.release('#no');
    expect(await page.heard()).toEqual([
      'dragstart one',
      'pointercancel one',
      'dragenter no',
      'dragleave no',
      'dragend one',
    ]);
    await page.press('#one');
    await page.move('#no');
    await page.move('#basket');
    await page.release('#basket');
    expect(await page.heard()).toEqual([
      'dragstart one',
      'pointercancel one',
      'dragenter no',
      'dragenter basket',
      'dragleave no',
      'drop basket',
      'dragend one',
    ]);
    expect(await page.get('basket.textContent')).toBe('one');
  });

  test('[REMOTE-2] of a slider’s knob', async () => {
    const page = await open(
      '<input id="slider" type="range" min="0" max="10" step="2" value="0" style="width: 300px">',
    );
    await page.get(`hear(['input', 'change'], (e) => e.type + ' ' + e.target.value)`);
    await page.press('#slider', 0.01);
    await page.move('#slider', 0.42);
    await page.move('#slider', 0.8);
    await page.release('#slider', 0.8);
    expect(await page.heard()).toEqual(['input 4', 'input 8', 'change 8']);
  });
});

describe('scrolling', () => {
  const html = `<div id="box" style="overflow: auto; height: 100px; width: 100px"><div id="inner" style="height: 250px">x</div></div>
    <div style="overflow: hidden; height: 50px" id="cut"><div style="height: 500px">y</div></div><div style="height: 3000px"></div>`;
  const scroll = (page: RemotePage, path: string, y: number) => page.run(path, { do: 'scroll', by: { x: 0, y } });

  test('[REMOTE-3] the box around first, then what stands around that; never what is only cut off', async () => {
    const page = await open(html);
    const tops = () => page.get('[box.scrollTop, cut.scrollTop, scrollY]');
    await page.get('Object.assign(window, { box: find("#box"), cut: find("#cut") })');
    await scroll(page, '#inner', 60);
    expect(await tops()).toEqual([60, 0, 0]);
    await scroll(page, '#inner', 200);
    expect(await tops()).toEqual([150, 0, 0]);
    await scroll(page, '#inner', 40);
    expect(await tops()).toEqual([150, 0, 40]);
    await scroll(page, '#cut', 30);
    expect(await tops()).toEqual([150, 0, 70]);
    await scroll(page, 'html', -70);
    expect(await tops()).toEqual([150, 0, 0]);
  });

  test('[REMOTE-3] a page that handles the wheel itself is left to it', async () => {
    const page = await open(
      html,
      undefined,
      `find('#box').addEventListener('wheel', (event) => { event.preventDefault(); heard.push(event.deltaY); }, { passive: false });`,
    );
    await scroll(page, '#inner', 60);
    expect(await page.heard()).toEqual([60]);
    expect(await page.get(`find('#box').scrollTop`)).toBe(0);
  });
});
