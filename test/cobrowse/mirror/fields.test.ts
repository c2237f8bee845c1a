import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CobrowseCommand } from '#protocol/cobrowse.ts';
import { MirrorScene } from './MirrorScene.ts';
import type { MirrorPage } from './MirrorStage.ts';

const form = `<!doctype html><title>A form</title><style>body { margin: 0; font: 16px sans-serif } input, label, iframe { box-sizing: border-box; position: absolute; left: 100px; width: 200px }</style>
  <input id="name" style="top:50px"><input id="day" type="date" value="2024-05-01" min="2020-01-01" style="top:100px">
  <input id="ink" type="color" value="#102030" style="top:150px"><input id="fixed" type="date" readonly style="top:200px">
  <label for="day" id="label" style="top:250px">Day</label>
  <iframe id="frame" src="/frame" style="top:300px;border:10px solid navy"></iframe>`;
const inner = '<!doctype html><title>Inner</title><style>body{margin:0}</style><input id="slot" type="time">';

const scene = MirrorScene.forTests({ '/form': ['text/html', form], '/frame': ['text/html', inner] });
let mirror: MirrorPage;
let visitor: Page;
beforeEach(async () => {
  mirror = await scene.mirror({ viewport: { width: 800, height: 600 }, locale: 'en-US' });
  visitor = await scene.visitor('/form', mirror);
  await expect.poll(() => mirror.page.frames().length).toBe(4);
  await mirror.page.frames()[3]?.waitForSelector('#slot');
});
afterEach(async () => {
  expect(mirror.foreign).toEqual([]);
  expect(mirror.complaints).toEqual([]);
});

const mode = (name: string, capabilities: string[]) =>
  mirror.page.evaluate(`mirror.mode(${JSON.stringify(name)}, ${JSON.stringify(capabilities)})`);
const id = (selector: string) => visitor.evaluate<number>(`idOf(${JSON.stringify(selector)})`);
const commands = async () => (await mirror.told('command')).map((command) => CobrowseCommand.parse(command));
/** Another field in the agent’s own page. */
const withChat = () =>
  mirror.page.evaluate(
    `document.body.append(Object.assign(document.createElement('input'), { id: 'chat', style: 'position:fixed;top:0;left:300px' }))`,
  );
const editor = () => mirror.page.locator('[data-cv=mirror-field]');
const near = (value: number) => expect.closeTo(value, 1);

it('[MIRROR-41] a date is filled in by a field of the agent’s own over it, key by key, and told as a whole', async () => {
  await mode('control', ['type']);
  await mirror.page.mouse.click(150, 110);
  await editor().waitFor();
  expect(await editor().inputValue()).toBe('2024-05-01');
  expect(await editor().boundingBox()).toMatchObject({ x: near(100), y: near(100), width: near(200) });
  await mirror.page.keyboard.type('11212026');
  const node = await id('#day');
  await expect.poll(async () => (await commands()).at(-1)).toEqual({ do: 'fill', node, value: '2026-11-21' });
  // Years before the field’s first are on the way to others.
  expect((await commands()).filter((one) => one.do === 'fill' && one.value < '2020')).toEqual([]);
  await mirror.forget();
  await mirror.page.keyboard.press('Enter');
  await editor().waitFor({ state: 'hidden' });
  await mirror.page.keyboard.press('Backspace');
  await expect.poll(commands).toEqual([{ do: 'key', node, key: 'Backspace', code: 'Backspace', modifiers: [] }]);
  // What is typed next is for such a field again.
  await mirror.page.keyboard.type('1');
  await editor().waitFor();
});

it('[MIRROR-41] the tab key leads into it and out of it, and a label does', async () => {
  await mode('control', ['pointer', 'type']);
  await mirror.page.mouse.click(150, 60);
  await visitor.focus('#name');
  await mirror.viewer.waitForSelector('#name[cv-focus]');
  await mirror.page.keyboard.press('Tab');
  await mirror.until('command', 4);
  await visitor.focus('#day');
  await editor().waitFor();
  await mirror.page.keyboard.type('0102');
  await expect.poll(commands).toContainEqual({ do: 'fill', node: await id('#day'), value: '2024-01-02' });
  await mirror.forget();
  await mirror.page.keyboard.press('Tab');
  await mirror.page.keyboard.press('Tab');
  await editor().waitFor({ state: 'hidden' });
  await expect.poll(commands).toEqual([{ do: 'key', node: await id('#day'), key: 'Tab', code: 'Tab', modifiers: [] }]);
  await visitor.focus('#name');
  await mirror.viewer.waitForSelector('#name[cv-focus]');
  await mirror.page.mouse.click(110, 260);
  await visitor.focus('#day');
  await editor().waitFor();
});

it('[MIRROR-41] in a frame too, and a colour', async () => {
  await mode('control', ['type']);
  await mirror.page.mouse.click(130, 320);
  await editor().waitFor();
  expect(await editor().boundingBox()).toMatchObject({ x: near(110), y: near(310) });
  await mirror.page.keyboard.type('0245PM');
  const slot = await visitor.evaluate<number>(`recorder.idOf(frame.contentDocument.querySelector('#slot'))`);
  await expect.poll(commands).toContainEqual({ do: 'fill', node: slot, value: '14:45' });
  await mirror.page.mouse.click(150, 160);
  await expect.poll(() => editor().inputValue()).toBe('#102030');
  await editor().fill('#abcdef');
  await expect.poll(commands).toContainEqual({ do: 'fill', node: await id('#ink'), value: '#abcdef' });
});

it('[MIRROR-41] not where the agent may not type or nobody may, nor where the visitor goes by themselves', async () => {
  await visitor.evaluate(`day.disabled = true`);
  await mirror.viewer.waitForSelector('#day:disabled');
  await mode('control', ['pointer', 'type']);
  for (const y of [110, 210]) await mirror.page.mouse.click(150, y);
  await expect.poll(async () => (await commands()).filter((one) => one.do === 'up').length).toBe(2);
  await visitor.evaluate('day.disabled = false');
  await mirror.viewer.waitForSelector('#day:enabled');
  await mirror.page.mouse.click(150, 60);
  await mirror.until('command', 8);
  await visitor.mouse.click(110, 110);
  await mirror.viewer.waitForSelector('#day[cv-focus]');
  await mirror.settled();
  expect(await editor().isVisible()).toBe(false);
  await mode('control', ['pointer']);
  await mirror.page.mouse.click(150, 110);
  await expect.poll(async () => (await commands()).at(-1)).toMatchObject({ do: 'up', node: await id('#day') });
  expect(await editor().isVisible()).toBe(false);
});

it('[MIRROR-41] leaves the keyboard to what the agent goes to out of it', async () => {
  await mode('control', ['type']);
  await withChat();
  await mirror.page.mouse.click(150, 110);
  await editor().waitFor();
  await mirror.page.mouse.click(310, 5);
  await mirror.page.keyboard.type('12');
  expect(await mirror.page.evaluate('chat.value')).toBe('12');
  expect(await editor().isVisible()).toBe(false);
});

it('[MIRROR-41] takes the keyboard from nothing but the page: not from where the agent has gone, and gives it back', async () => {
  await mode('control', ['type']);
  await withChat();
  await mirror.page.mouse.click(150, 60);
  await mirror.page.keyboard.press('Tab');
  await mirror.until('command');
  await mirror.page.locator('#chat').focus();
  await visitor.focus('#day');
  await mirror.viewer.waitForSelector('#day[cv-focus]');
  await mirror.settled();
  expect(await mirror.page.evaluate('document.activeElement.id')).toBe('chat');
  expect(await editor().isVisible()).toBe(false);
  await mirror.page.mouse.click(150, 110);
  await editor().waitFor();
  await mirror.forget();
  // Told anew, the page’s field is another one, and still what the agent is in.
  await visitor.evaluate('recorder.snapshot()');
  await mirror.until('shown');
  await mirror.viewer.waitForSelector('#day[cv-focus]');
  await mirror.settled();
  await editor().waitFor();
  await mirror.page.keyboard.type('0304');
  const node = await id('#day');
  await expect.poll(commands).toContainEqual({ do: 'fill', node, value: '2024-03-04' });
  await mirror.forget();
  await visitor.evaluate('document.activeElement.blur()');
  await mirror.viewer.waitForSelector('#day[cv-focus]', { state: 'detached' });
  await visitor.evaluate('recorder.snapshot()');
  await editor().waitFor({ state: 'hidden' });
  expect(await mirror.page.evaluate('mirror.element.shadowRoot.activeElement.className')).toBe('keys');
});
