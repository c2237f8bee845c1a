import { expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { custom } from './events.ts';
import { RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();

test('[RECORD-31] what fills the screen is told, in shadow roots and frames, before the recording and with each whole page', async () => {
  const page = await stage.page(
    '<div id="host"></div><iframe src="/frame.html" allow="fullscreen"></iframe><button id="go" onclick="full().requestFullscreen()">Go</button>',
  );
  const told = async () => custom(await stage.events(page), 'cv.fullscreen');
  const idOf = (path: string) => page.evaluate(`page.recorder.idOf(${path})`);
  const go = async (path: string) => {
    await page.evaluate(`window.full = () => ${path}`);
    await page.click('#go');
    await untilTrue(page, 'document.fullscreenElement');
  };
  const leave = () => page.evaluate('document.exitFullscreen()');
  await page.evaluate(`host.attachShadow({ mode: 'open' }).innerHTML = '<p>Inside</p>'`);
  const inShadow = `host.shadowRoot.querySelector('p')`;
  await go(inShadow);
  await stage.record(page);
  await expect.poll(told).toEqual([{ id: await idOf(inShadow), on: true }]);
  await page.evaluate('page.recorder.snapshot()');
  await stage.settled(page);
  await expect.poll(async () => (await told()).length).toBe(2);
  expect((await told()).at(-1)).toEqual({ id: await idOf(inShadow), on: true });
  await leave();
  await expect.poll(async () => (await told()).at(-1)).toEqual({ id: await idOf(inShadow), on: false });
  const before = (await told()).length;
  const frame = `document.querySelector('iframe')`;
  await page.frames()[1]?.waitForSelector('.inside');
  await go(`${frame}.contentDocument.querySelector('.inside')`);
  await expect.poll(async () => (await told()).length).toBe(before + 2);
  const ids = [await idOf(frame), await idOf(`${frame}.contentDocument.querySelector('.inside')`)];
  expect((await told()).slice(before)).toEqual(expect.arrayContaining(ids.map((id) => ({ id, on: true }))));
  await leave();
  await expect
    .poll(async () => (await told()).slice(before + 2))
    .toEqual(expect.arrayContaining(ids.map((id) => ({ id, on: false }))));
});
