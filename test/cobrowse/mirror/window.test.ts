import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';

const kinds = {
  number: '1234',
  date: '1987-12-31',
  'datetime-local': '1987-12-31T23:59',
  month: '1987-12',
  week: '1987-W52',
  time: '23:59',
  color: '#12abef',
};
const fields = Object.entries(kinds).map(([type, value]) => `<input type="${type}" value="${value}"><br>`);
const empty = Object.keys(kinds).map((type) => `<input class="empty" type="${type}"><br>`);
const count = 5000;

const html = {
  '/masked': `${fields.join('')}<x-form id="host"></x-form><script>host.attachShadow({ mode: 'open' }).innerHTML = ${JSON.stringify(fields[0])}</script>${empty.join('')}`,
  '/long': `<select style="margin-top:400px">${Array.from({ length: count }, (_, n) => `<option${n === 3000 ? ' selected' : ''}>${n}`).join('')}</select>`,
  '/tall':
    '<style>body{margin:0}</style><div id="box" style="height:100px;overflow:auto"><div id="inner" style="height:1000px"></div></div><div id="tall" style="height:5000px"></div>',
  '/zoomed': '<meta name="viewport" content="width=device-width"><h1>A page</h1>',
};
const pages = Object.entries(html).map(([path, body]) => [path, ['text/html', `<!doctype html>${body}`]] as const);

const scene = MirrorScene.forTests(Object.fromEntries(pages));
let mirror: MirrorPage;
beforeEach(async () => {
  mirror = await scene.mirror();
});
afterEach(() => expect(mirror.complaints).toEqual([]));

describe('what the visitor has before their eyes', () => {
  it('[MIRROR-32] masked numbers, dates, times and colours look masked, and take the room that they do', async () => {
    const visitor = await scene.visitor('/masked', mirror, { unmask: [] });
    const sizes = `(() => [...document.querySelectorAll('input'), host.shadowRoot.querySelector('input')].map((one) => {
      const { width, height } = one.getBoundingClientRect();
      return [one.type, Math.round(width), Math.round(height)];
    }))()`;
    await mirror.viewer.waitForSelector('input.empty');
    expect(await mirror.viewer.evaluate(sizes)).toEqual(await visitor.evaluate(sizes));
    const looks = await mirror.viewer.evaluate<[string, string, string][]>(
      `[...document.querySelectorAll('input'), host.shadowRoot.querySelector('input')].map((one) =>
        [one.type, one.value, getComputedStyle(one).webkitTextSecurity])`,
    );
    expect(looks.filter(([, , security]) => security === 'disc').map(([type]) => type)).toEqual([
      ...Object.keys(kinds),
      'color',
      'number',
    ]);
    for (const [type, value] of looks.slice(0, Object.keys(kinds).length))
      expect([type, value !== '']).toEqual([type, true]);
    const secrets = Object.values(kinds).filter((value) => looks.some(([, shown]) => shown.includes(value)));
    expect(secrets).toEqual([]);
    await visitor.evaluate(`document.querySelector('input').value = '';
      document.querySelector('input').dispatchEvent(new Event('input', { bubbles: true }))`);
    await mirror.viewer.waitForSelector('input[type=number]:not([cv-masked])');
  });

  it('[MIRROR-33] of thousands of options those around the chosen one, and how many more there are', async () => {
    const visitor = await scene.visitor('/long', mirror);
    await mirror.page.evaluate(`mirror.mode('control', ['select'])`);
    await mirror.page.mouse.click(20, 420);
    const options = mirror.page.getByRole('option');
    await expect.poll(() => options.count()).toBe(2000);
    const ends = [options.first(), options.last()].map((one) => one.innerText());
    expect(await Promise.all(ends)).toEqual(['2000', '3999']);
    expect(await mirror.page.locator('.more').allInnerTexts()).toEqual(['2,000 more above', '1,000 more']);
    await options.filter({ hasText: '3001' }).click();
    const node = await visitor.evaluate(`idOf('select')`);
    await expect.poll(() => mirror.told('command')).toEqual([{ do: 'select', node, options: [3001] }]);
  });

  it('[MIRROR-35] a page that became too short for where it was scrolled stays where that left it', async () => {
    const visitor = await scene.visitor('/tall', mirror);
    const places = '[scrollY, box.scrollTop].map(Math.round)';
    const same = async (y: number, inner: number) => {
      expect(await visitor.evaluate(places)).toEqual([y, inner]);
      await expect.poll(() => mirror.viewer.evaluate(places)).toEqual([y, inner]);
    };
    await visitor.evaluate('scrollTo(0, 4000), box.scrollTo(0, 700)');
    await same(4000, 700);
    const settled = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))';
    await visitor.evaluate(`tall.style.height = '2000px'; inner.style.height = '400px'; ${settled}`);
    await same(1500, 300);
    await visitor.evaluate(`tall.style.height = '5000px'; inner.style.height = '1000px'; ${settled}`);
    await mirror.viewer.waitForSelector('#tall[style*="5000"]');
    await mirror.settled();
    await same(1500, 300);
  });

  it('[MIRROR-34] the part that is seen of a page that two fingers have magnified is framed', async () => {
    const visitor = await scene.visitor('/zoomed', mirror);
    const frame = mirror.page.locator('.visible');
    expect(await frame.isVisible()).toBe(false);
    const magnify = async (pageScaleFactor: number) =>
      (await visitor.context().newCDPSession(visitor)).send('Emulation.setPageScaleFactor', { pageScaleFactor });
    await magnify(2);
    await expect.poll(async () => Object.values((await frame.boundingBox()) ?? {})).toEqual([0, 0, 400, 300]);
    await mirror.feed('pointer', [
      { type: 5, data: { tag: 'cv.view', payload: { width: 800, height: 600, scale: 4, x: 120, y: 60, dpr: 1 } } },
    ]);
    await expect.poll(async () => Object.values((await frame.boundingBox()) ?? {})).toEqual([120, 60, 200, 150]);
    await magnify(1);
    await expect.poll(() => frame.isVisible()).toBe(false);
  });
});
