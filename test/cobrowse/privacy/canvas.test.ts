import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '#test/browser/chromium.ts';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { bundle } from '#test/ui/UiServer.ts';

const source = `
  import { CanvasSampler } from '#client/cobrowse/canvas/CanvasSampler.ts';
  window.sent = [];
  window.verdict = { blocked: false, masked: false };
  window.begin = () => {
    window.sampler = new CanvasSampler({
      idOf: (canvas) => Number(canvas.dataset.n),
      verdictOf: () => window.verdict,
      emit: (events) => sent.push(...events),
    });
    for (const canvas of document.querySelectorAll('canvas')) sampler.add(canvas);
  };
  window.make = (n, style = '') => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 200, height: 100, style });
    canvas.dataset.n = n;
    document.body.append(canvas);
    return canvas;
  };
  /** Colour in the middle of the last picture of a canvas, drawn as a viewer draws it: r,g,b,a in steps of 64. */
  window.last = async (n) => {
    const data = sent.map(({ data }) => data).findLast(({ id }) => id === n);
    if (!data) return 'none';
    const copy = Object.assign(document.createElement('canvas'), { width: 200, height: 100 });
    const context = copy.getContext('2d');
    for (const { property, args: given } of data.commands) {
      const args = [...given];
      if (property === 'drawImage') {
        const [{ data: [{ base64 }], type }] = args[0].args;
        const blob = await (await fetch('data:' + type + ';base64,' + base64)).blob();
        args[0] = await createImageBitmap(blob);
        window.measure = [args[0].width, args[0].height];
      }
      context[property](...args);
    }
    return [...context.getImageData(100, 50, 1, 1).data].map((value) => Math.round(value / 64)).join();
  };
  window.gl = (canvas) => {
    const gl = canvas.getContext('webgl');
    return (r, g, b) => { gl.clearColor(r, g, b, 1); gl.clear(gl.COLOR_BUFFER_BIT); };
  };
  window.ready = true;
`;

const RED = '4,0,0,4';
const BLUE = '0,0,4,4';
const frames = (count: number) =>
  `(async () => { for (let n = 0; n < ${count}; n++) await new Promise(requestAnimationFrame); })()`;

let browser: Browser;
let code: string;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  code = (await bundle(source))[0]?.code ?? '';
});
afterAll(() => browser?.close());
afterEach(() => page.close());

async function open(script: string): Promise<void> {
  page = await browser.newPage();
  await page.goto('about:blank');
  await page.setContent('<!doctype html><body></body>');
  await page.addScriptTag({ type: 'module', content: code });
  await untilTrue(page, 'window.ready');
  await page.evaluate(`{ ${script} }`);
}

const last = (n: number) => page.evaluate<string>(`last(${n})`);
const shows = (n: number, color: string) => expect.poll(() => last(n)).toBe(color);
const fill = (color: string) => `pen.fillStyle = '${color}'; pen.fillRect(0, 0, 200, 100);`;
const TWO_D = `window.canvas = make(1); window.pen = canvas.getContext('2d');`;

test('[CANVAS-1] what was drawn before the recording began is sent, and what is drawn later, wiping included', async () => {
  await open(`${TWO_D} ${fill('red')}`);
  await page.evaluate(frames(5));
  await page.evaluate('begin()');
  await shows(1, RED);
  await page.evaluate(`{ ${fill('blue')} }`);
  await shows(1, BLUE);
  await page.evaluate('pen.clearRect(0, 0, 200, 100)');
  await shows(1, '0,0,0,0');
});

test('[CANVAS-2] so is what WebGL draws, again and again or when asked, though it keeps nothing to be read', async () => {
  await open(`window.moving = gl(make(1)); window.still = gl(make(2));
    const loop = () => { moving(1, 0, 0); requestAnimationFrame(loop); }; loop(); still(1, 0, 0);`);
  await page.evaluate(frames(5));
  await page.evaluate('begin()');
  await shows(1, RED);
  await page.evaluate(`window.moving = ((draw) => () => draw(0, 0, 1))(moving); still(0, 0, 1)`);
  await shows(1, BLUE);
  await shows(2, BLUE);
  await page.evaluate('still(1, 0, 0)');
  await shows(2, RED);
});

test('[CANVAS-3] a canvas that does not change is sent once, one off the screen not before it is seen', async () => {
  await open(`${TWO_D} ${fill('red')}
    window.below = make(2, 'position: absolute; top: 5000px; left: 0'); window.other = below.getContext('2d');
    other.fillStyle = 'blue'; other.fillRect(0, 0, 200, 100);`);
  await page.evaluate('begin()');
  await shows(1, RED);
  // It is drawn on, and looks the same.
  await page.evaluate(`{ ${fill('red')} }`);
  await page.evaluate(
    `{ const marker = make(3).getContext('2d'); marker.fillRect(0, 0, 200, 100); sampler.add(document.querySelector('[data-n="3"]')); }`,
  );
  await shows(3, '0,0,0,4');
  expect(await page.evaluate('sent.map(({ data }) => data.id)')).toEqual([1, 3]);
  await page.evaluate('below.scrollIntoView()');
  await shows(2, BLUE);
  await page.evaluate(`sent.length = 0; sampler.again()`);
  await shows(2, BLUE);
});

test('[CANVAS-4] none that is masked or blocked is sent, nor one that the page itself must not read, nor any after the end', async () => {
  await open(`${TWO_D} ${fill('red')} verdict = { blocked: false, masked: true };`);
  await page.evaluate('begin()');
  await page.evaluate(`{ ${fill('blue')} }`);
  await page.evaluate(frames(30));
  await page.evaluate(`verdict = { blocked: true, masked: true }; { ${fill('red')} }`);
  await page.evaluate(frames(30));
  expect(await page.evaluate('sent.length')).toBe(0);
  await page.route('http://other.test/', (route) =>
    route.fulfill({
      contentType: 'image/svg+xml',
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    }),
  );
  await page.evaluate(`(async () => {
    const picture = Object.assign(new Image(), { src: 'http://other.test/' });
    await picture.decode();
    const closed = make(2);
    const pen = closed.getContext('2d');
    pen.fillRect(0, 0, 200, 100);
    pen.drawImage(picture, 0, 0);
    sampler.add(closed);
  })()`);
  await page.evaluate(`verdict = { blocked: false, masked: false }; sampler.again()`);
  await shows(1, RED);
  expect(await page.evaluate('sent.map(({ data }) => data.id)')).toEqual([1]);
  await page.evaluate(`sampler.close(); sent.length = 0; { ${fill('blue')} }`);
  await page.evaluate(frames(30));
  expect(await page.evaluate('sent.length')).toBe(0);
});

test('[CANVAS-5] a picture is no larger than the canvas is seen', async () => {
  await open(`window.canvas = make(1, 'width: 100px; height: 50px');
    Object.assign(canvas, { width: 4000, height: 2000 });
    const pen = canvas.getContext('2d'); pen.fillStyle = 'red'; pen.fillRect(0, 0, 4000, 2000);`);
  await page.evaluate('begin()');
  await shows(1, RED);
  expect(await page.evaluate('measure')).toEqual([100, 50]);
  const commands = await page.evaluate<{ args: unknown[] }[]>('sent[0].data.commands');
  expect(commands.map(({ args }) => args.slice(-2))).toEqual([
    [4000, 2000],
    [4000, 2000],
  ]);
});
