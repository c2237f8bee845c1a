import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';

const form = `<!doctype html><style>body { margin: 0; font: 16px sans-serif } #far { margin-top: 2000px } #box { height: 100px; overflow: auto; background: #eee }</style>
  <title>A form</title><button id="press" style="position:absolute;left:100px;top:50px;width:200px;height:40px">Press</button>
  <input id="name" style="position:absolute;left:100px;top:100px;width:200px">
  <select id="size" style="position:absolute;left:100px;top:150px;width:200px"><option>Small<option>Middle<option disabled>Large<option>Huge</select>
  <a id="out" href="https://elsewhere.example/" style="position:absolute;left:400px;top:50px">Out</a>
  <div id="box" style="position:absolute;left:400px;top:100px;width:200px"><p style="height:900px">Long</p></div>
  <x-shadow id="host" style="position:absolute;left:400px;top:250px"></x-shadow><script>host.attachShadow({ mode: 'open' }).innerHTML = '<button>In shadow</button>'</script>
  <iframe id="frame" src="/frame" style="position:absolute;left:100px;top:300px;width:300px;height:150px;border:10px solid navy;padding:5px"></iframe>
  <select id="many" multiple size="3" style="position:absolute;left:500px;top:300px"><option>One<option>Two<option>Three</select>
  <style>#press:hover { background: rgb(9, 99, 199) } #name:focus { background: rgb(250, 240, 200) }</style><p id="far">Far</p>`;
const inner =
  '<!doctype html><style>body{margin:0}</style><button id="in" style="width:100px;height:50px">Inside</button><input id="field"><title>Inner</title>';

const scene = MirrorScene.forTests({ '/form': ['text/html', form], '/frame': ['text/html', inner] });
let mirror: MirrorPage;
let visitor: Page;
beforeEach(async () => {
  // Twice as large as at the visitor.
  mirror = await scene.mirror({ viewport: { width: 1600, height: 1200 }, hasTouch: true });
  visitor = await scene.visitor('/form', mirror);
  await mirror.viewer.waitForSelector('#frame[src]');
  await expect.poll(() => mirror.page.frames().length).toBe(4);
  await mirror.page.frames()[3]?.waitForSelector('#in');
});
afterEach(() => {
  expect(mirror.foreign).toEqual([]);
  expect(mirror.complaints).toEqual([]);
});

const all = ['pointer', 'scroll', 'type', 'select', 'navigate'];
const mode = (name: string, capabilities = all) =>
  mirror.page.evaluate(`mirror.mode(${JSON.stringify(name)}, ${JSON.stringify(capabilities)})`);
const id = (selector: string) => visitor.evaluate<number>(`idOf(${JSON.stringify(selector)})`);
const innerId = (selector: string) =>
  visitor.evaluate<number>(
    `recorder.idOf(document.querySelector('#frame').contentDocument.querySelector('${selector}'))`,
  );
/** In the visitor’s pixels. */
const at = (x: number, y: number) => [x * 2, y * 2] as const;
const commands = async () => (await mirror.told('command')).map((command) => CobrowseCommand.parse(command));
const marks = async () => (await mirror.told('mark')).map((mark) => CobrowseMark.parse(mark));
const near = (value: number) => expect.closeTo(value, 1);

describe('an agent in control', () => {
  it('[MIRROR-20] presses what is under the pointer, said by its node and the place in it', async () => {
    await mode('control');
    await mirror.page.mouse.move(...at(150, 60));
    await mirror.page.mouse.down();
    await mirror.page.mouse.up();
    await mirror.until('command', 3);
    const node = await id('#press');
    const place = { x: near(0.25), y: near(0.25) };
    expect(await commands()).toEqual([
      { do: 'move', node, at: place },
      { do: 'down', node, at: place, button: 0, modifiers: [] },
      { do: 'up', node, at: place, button: 0, modifiers: [] },
    ]);
  });

  it('[MIRROR-20] also in a shadow root and in a frame', async () => {
    await mode('control', ['pointer']);
    await mirror.page.mouse.click(...at(410, 260));
    // Behind border and padding.
    await mirror.page.mouse.click(...at(140, 340));
    await mirror.until('command', 6);
    const shadow = await visitor.evaluate<number>(`recorder.idOf(host.shadowRoot.querySelector('button'))`);
    const nodes = (await commands()).filter((command) => command.do === 'down');
    expect(nodes).toMatchObject([
      { node: shadow },
      { node: await innerId('#in'), at: { x: near(0.25), y: near(0.5) } },
    ]);
  });

  it('[MIRROR-36] sees by the cursor where nobody can act: in a page of another origin', async () => {
    await visitor.evaluate(`document.body.insertAdjacentHTML('beforeend',
      '<iframe id="sealed" sandbox srcdoc="x" style="position:absolute;left:500px;top:400px;width:100px;height:100px"></iframe>')`);
    await mirror.viewer.waitForSelector('#sealed');
    await mode('control');
    const cursor = () =>
      mirror.page.evaluate(`getComputedStyle(mirror.element.shadowRoot.querySelector('.surface')).cursor`);
    for (const [x, y, shown] of [
      [550, 450, 'not-allowed'],
      [140, 340, 'auto'],
      [550, 450, 'not-allowed'],
      [700, 550, 'auto'],
    ] as const) {
      await mirror.page.mouse.move(...at(x, y));
      await expect.poll(cursor).toBe(shown);
    }
    const sealed = await id('#sealed');
    const told = (await commands()).filter((command) => 'node' in command && command.node === sealed);
    expect(told).toEqual([]);
    // The visitor’s browser says why.
    await mirror.page.mouse.click(...at(550, 450));
    await expect.poll(async () => (await commands()).map((one) => 'node' in one && one.node)).toContain(sealed);
  });

  it('[MIRROR-21] scrolls what can be scrolled that way, else the page', async () => {
    await mode('control');
    await mirror.page.mouse.move(...at(450, 150));
    await mirror.page.mouse.wheel(0, 120);
    await mirror.page.mouse.wheel(0, -120);
    await mirror.page.mouse.move(...at(700, 500));
    await mirror.page.mouse.wheel(0, 50);
    await expect.poll(async () => (await commands()).filter((command) => command.do === 'scroll').length).toBe(3);
    const root = await id('html');
    expect((await commands()).filter((command) => command.do === 'scroll')).toEqual([
      { do: 'scroll', node: await id('#box'), by: { x: 0, y: 120 } },
      { do: 'scroll', node: root, by: { x: 0, y: -120 } },
      { do: 'scroll', node: root, by: { x: 0, y: 50 } },
    ]);
    expect(await mirror.viewer.evaluate('scrollY')).toBe(0);
  });

  it('[MIRROR-22] types into the field that was pressed, or has the visitor’s focus, in a frame too', async () => {
    await mode('control', ['type']);
    await mirror.page.mouse.click(...at(150, 110));
    await mirror.page.keyboard.type('Hé');
    await mirror.page.keyboard.press('Shift+Tab');
    await mirror.page.keyboard.press('Control+a');
    await mirror.page.keyboard.insertText('日本');
    await mirror.until('command', 5);
    const [node, root] = [await id('#name'), await id('html')];
    expect(await commands()).toEqual([
      { do: 'text', node, text: 'H' },
      { do: 'text', node, text: 'é' },
      { do: 'key', node, key: 'Tab', code: 'Tab', modifiers: ['shift'] },
      // Where the focus has gone is not known yet: whatever has it is meant.
      { do: 'key', node: root, key: 'a', code: 'KeyA', modifiers: ['ctrl'] },
      { do: 'text', node: root, text: '日本' },
    ]);
    await mirror.forget();
    await visitor.evaluate(`frame.contentDocument.querySelector('#field').focus()`);
    await mirror.page.frames()[3]?.waitForSelector('#field[cv-focus]');
    await mirror.page.keyboard.press('Enter');
    await mirror.until('command');
    expect(await commands()).toEqual([
      { do: 'key', node: await innerId('#field'), key: 'Enter', code: 'Enter', modifiers: [] },
    ]);
  });

  it('[MIRROR-22] what is pasted arrives as text, in pieces that a command takes', async () => {
    await mode('control', ['type']);
    await mirror.page.mouse.click(...at(150, 110));
    await mirror.page.evaluate(`{
      const keys = mirror.element.shadowRoot.querySelector('textarea');
      keys.value = 'x'.repeat(4100);
      keys.dispatchEvent(new InputEvent('input'));
    }`);
    await mirror.until('command', 3);
    expect((await commands()).map((command) => command.do === 'text' && command.text.length)).toEqual([
      2000, 2000, 100,
    ]);
  });

  it('[MIRROR-23] chooses from a list that is shown to the agent alone', async () => {
    await mode('control');
    await mirror.page.mouse.click(...at(150, 155));
    const options = mirror.page.getByRole('option');
    await expect.poll(() => options.allInnerTexts()).toEqual(['Small', 'Middle', 'Large', 'Huge']);
    expect(await options.nth(0).getAttribute('aria-selected')).toBe('true');
    // Right below the select.
    expect(await mirror.page.getByRole('listbox').boundingBox()).toMatchObject({
      x: near(200),
      y: near(338),
      width: near(400),
    });
    await options.nth(2).click({ force: true });
    await options.nth(3).click();
    await expect
      .poll(async () => (await commands()).filter((command) => command.do !== 'move'))
      .toEqual([{ do: 'select', node: await id('#size'), options: [3] }]);
    await expect.poll(() => options.count()).toBe(0);
    await mirror.page.mouse.click(...at(150, 155));
    await mirror.page.getByRole('option').first().waitFor();
    await mirror.page.mouse.click(...at(700, 500));
    await expect.poll(() => options.count()).toBe(0);
  });

  it('[MIRROR-23] and several from one that takes several', async () => {
    await mode('control');
    const box = await visitor.locator('#many option').nth(1).boundingBox();
    await visitor.evaluate('many.options[2].selected = true');
    await expect.poll(() => mirror.viewer.evaluate('document.querySelector("#many").options[2].selected')).toBe(true);
    await mirror.page.keyboard.down('Control');
    await mirror.page.mouse.click(...at((box?.x ?? 0) + 5, (box?.y ?? 0) + 5));
    await mirror.page.keyboard.up('Control');
    await expect
      .poll(async () => (await commands()).filter((command) => command.do === 'select'))
      .toEqual([{ do: 'select', node: await id('#many'), options: [1, 2] }]);
  });

  it('[MIRROR-24] taps and scrolls by finger', async () => {
    await mode('control');
    await mirror.page.touchscreen.tap(...at(150, 60));
    await mirror.until('command', 2);
    expect((await commands()).map((command) => command.do)).toEqual(['down', 'up']);
    await mirror.forget();
    const finger = (type: string, x: number, y: number) =>
      mirror.page.locator('.surface').dispatchEvent(type, {
        clientX: x * 2,
        clientY: y * 2,
        pointerType: 'touch',
        pointerId: 1,
        isPrimary: true,
        button: 0,
        bubbles: true,
      });
    await mirror.page.evaluate('Element.prototype.setPointerCapture = () => {}');
    await finger('pointerdown', 700, 500);
    await finger('pointermove', 700, 470);
    await finger('pointermove', 700, 450);
    await finger('pointerup', 700, 450);
    await mirror.until('command', 2);
    expect(await commands()).toEqual([
      { do: 'scroll', node: await id('html'), by: { x: 0, y: 30 } },
      { do: 'scroll', node: await id('html'), by: { x: 0, y: 20 } },
    ]);
  });

  it('[MIRROR-25] does only what was granted, and nothing while only looking', async () => {
    await mode('control', ['scroll']);
    await mirror.page.mouse.click(...at(150, 60));
    await mirror.page.keyboard.type('x');
    await mode('view');
    await mirror.page.mouse.click(...at(410, 60));
    await mirror.page.mouse.wheel(0, 100);
    await mode('control', ['scroll']);
    await mirror.page.mouse.wheel(0, 7);
    await mirror.until('command');
    expect(await commands()).toMatchObject([{ do: 'scroll', by: { y: 7 } }]);
    expect(await marks()).toEqual([]);
  });
});

describe('an agent who points', () => {
  // Marks fade, and are gone: not while they are looked at.
  beforeEach(async () => {
    const browser = await mirror.page.context().newCDPSession(mirror.page);
    await browser.send('Animation.enable');
    await browser.send('Animation.setPlaybackRate', { playbackRate: 0 });
  });

  it('[MIRROR-26] by laser: a place of the whole page, however far it is scrolled', async () => {
    await visitor.evaluate('scrollTo(0, 500)');
    await expect.poll(() => mirror.viewer.evaluate('scrollY')).toBe(500);
    await mode('laser');
    await mirror.page.mouse.move(...at(150, 60));
    await mirror.until('mark');
    expect(await marks()).toEqual([{ mark: 'laser', at: { x: 150, y: 560 } }]);
    const dot = await mirror.page.locator('.laser').boundingBox();
    expect([dot && dot.x + dot.width / 2, dot && dot.y + dot.height / 2]).toEqual([near(300), near(120)]);
  });

  it('[MIRROR-26] by pen: strokes that fade once they have ended', async () => {
    await mode('pen');
    await mirror.page.mouse.move(...at(150, 60));
    await mirror.page.mouse.down();
    await mirror.page.mouse.move(...at(200, 80));
    await mirror.page.mouse.up();
    await expect.poll(async () => (await marks()).at(-1)).toMatchObject({ mark: 'pen', stroke: 1, end: true });
    const points = (await marks()).flatMap((mark) => (mark.mark === 'pen' ? mark.points : []));
    expect(points.at(0)).toEqual({ x: 150, y: 60 });
    expect(points.at(-1)).toEqual({ x: 200, y: 80 });
    await mirror.page.locator('.stroke.end').waitFor({ state: 'attached' });
  });

  it('[MIRROR-26] by an element, which is outlined, in a frame too', async () => {
    await mode('highlight');
    await mirror.page.mouse.move(...at(150, 60));
    const outline = mirror.page.locator('.outline');
    await expect
      .poll(() => outline.boundingBox())
      .toEqual({ x: near(192), y: near(92), width: near(416), height: near(96) });
    await mirror.page.mouse.click(...at(150, 60));
    await mirror.page.mouse.click(...at(140, 340));
    await mirror.until('mark', 2);
    expect(await marks()).toEqual([
      { mark: 'highlight', node: await id('#press') },
      { mark: 'highlight', node: await innerId('#in') },
    ]);
    await expect.poll(() => outline.last().boundingBox()).toMatchObject({ x: near(222), y: near(622) });
  });

  it('[MIRROR-27] others’ marks are shown with their names', async () => {
    await mirror.page.evaluate(`mirror.mark('Anna', { mark: 'laser', at: { x: 10, y: 10 } })`);
    await mirror.page.evaluate(`mirror.mark('Ben', { mark: 'highlight', node: ${await innerId('#in')} })`);
    await mirror.page.locator('.laser[data-agent="Anna"]').waitFor();
    await expect
      .poll(() => mirror.page.locator('.outline[data-agent="Ben"]').boundingBox())
      .toMatchObject({ x: near(222), y: near(622) });
    await mirror.page.evaluate(`mirror.mark('Anna', { mark: 'none' })`);
    await expect.poll(() => mirror.page.locator('.laser').count()).toBe(0);
  });
});

describe('the visitor', () => {
  it('[MIRROR-28] is seen to point, hover and focus, by the page’s own styles', async () => {
    await visitor.mouse.move(150, 60);
    await mirror.viewer.waitForSelector('#press[cv-hover]');
    expect(await mirror.viewer.evaluate('getComputedStyle(document.querySelector("#press")).backgroundColor')).toBe(
      'rgb(9, 99, 199)',
    );
    const pointer = mirror.page.locator('.pointer');
    await expect.poll(() => pointer.boundingBox()).toMatchObject({ x: near(300), y: near(120) });
    await visitor.mouse.move(140, 340);
    await expect.poll(() => pointer.boundingBox()).toMatchObject({ x: near(280), y: near(680) });
    await expect.poll(() => mirror.viewer.locator('#press[cv-hover]').count()).toBe(0);
    await visitor.focus('#name');
    await mirror.viewer.waitForSelector('#name[cv-focus]');
    expect(await mirror.viewer.evaluate('getComputedStyle(document.querySelector("#name")).backgroundColor')).toBe(
      'rgb(250, 240, 200)',
    );
  });

  it('[MIRROR-28] is seen to point and hover in a document within, and no more where the pointer was before', async () => {
    const within = mirror.page.frames()[3];
    const hovered = async () => [
      await mirror.viewer.evaluate('[...document.querySelectorAll("[cv-hover]")].map(({ localName }) => localName)'),
      await within?.evaluate(
        '[...document.querySelectorAll("[cv-hover]")].map(({ id, localName }) => id || localName)',
      ),
    ];
    await visitor.mouse.move(150, 60);
    await expect.poll(hovered).toEqual([['html', 'body', 'button'], []]);
    // Beyond the border and the padding of the frame.
    await visitor.mouse.move(165, 345);
    await expect.poll(hovered).toEqual([
      ['html', 'body', 'iframe'],
      ['html', 'body', 'in'],
    ]);
    await expect
      .poll(() => mirror.page.locator('.pointer').boundingBox())
      .toMatchObject({ x: near(330), y: near(690) });
    await visitor.mouse.move(150, 60);
    await expect.poll(hovered).toEqual([['html', 'body', 'button'], []]);
  });

  it('[MIRROR-28] the agent’s own pointer and focus are not taken for the visitor’s, nor taken away', async () => {
    await mirror.page.evaluate(
      `document.body.insertAdjacentHTML('afterbegin', '<input id="own" style="position:fixed">'); own.focus()`,
    );
    await mode('view');
    await mirror.page.mouse.click(...at(150, 60));
    await mirror.page.focus('#own');
    await visitor.focus('#name');
    await mirror.viewer.waitForSelector('#name[cv-focus]');
    expect(await mirror.page.evaluate('document.activeElement.id')).toBe('own');
    expect(await mirror.viewer.evaluate('getComputedStyle(document.querySelector("#press")).backgroundColor')).not.toBe(
      'rgb(9, 99, 199)',
    );
    for (let tab = 0; tab < 5; tab++) await mirror.page.keyboard.press('Tab');
    expect(
      await mirror.viewer.evaluate('document.activeElement === document.body || document.activeElement === null'),
    ).toBe(true);
  });

  it('[MIRROR-29] is where the page’s address and title say', async () => {
    const pages = await mirror.told<{ url: string; title?: string }>('page');
    expect(pages.at(-1)).toEqual({ url: visitor.url(), title: 'A form' });
    await visitor.evaluate(`document.title = 'Another'; history.pushState(0, '', '/another?x')`);
    const url = new URL('/another', visitor.url()).href;
    await expect.poll(async () => (await mirror.told('page')).at(-1)).toEqual({ url, title: 'Another' });
  });

  it('[MIRROR-30] a frame that is moved in the agent’s page asks for the page anew and goes on', async () => {
    await mirror.forget();
    await mirror.page.evaluate(`document.body.append(document.querySelector('#stage'))`);
    await mirror.until('gap');
    await mirror.until('ready');
    await visitor.evaluate('recorder.snapshot()');
    await mirror.until('shown');
    await expect.poll(() => mirror.viewer.evaluate('document.querySelector("#press")?.textContent')).toBe('Press');
  });
});
