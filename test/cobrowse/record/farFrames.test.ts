import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { UiServer } from '#test/ui/UiServer.ts';
import { of, type RecordedEvent } from './events.ts';
import { RecordStage } from './RecordStage.ts';

const framed = `
  import { openFrameDoor } from '#client/cobrowse/record/frameDoor.ts';
  window.begin = (origins, privacy) => openFrameDoor({
    site: 'shop',
    cobrowse: { control: true, origins, privacy: { maskAll: false, mask: ['.private'], unmask: ['.open'], block: [], ...privacy } },
  });
  window.ready = true;
`;
const html =
  '<!doctype html><html><head><script type="module" src="/ui.js"></script></head><body>' +
  '<p class="hello">hello from afar</p><p class="private">secret1</p><input class="open" value="open"><img src="/pic.png"></body></html>';

const stage = RecordStage.forTests();
let far: UiServer;
beforeAll(async () => {
  far = await UiServer.start({ source: framed, html, policy: '' });
});
afterAll(() => far?.close());

const originOf = (url: string) => new URL(url).origin;
const everybody = () => [originOf(stage.url), originOf(far.url)];

async function frameOf(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith(far.url))).toBe(true);
  const frame = page.frames().find((one) => one.url().startsWith(far.url)) as Frame;
  await untilTrue(frame, 'window.ready');
  // With the last of it, it would be recorded anew.
  await frame.waitForLoadState();
  return frame;
}

const attached = (events: RecordedEvent[]) => events.filter(({ data }) => data.isAttachIframe);
const told = async (page: Page) => JSON.stringify(await stage.events(page));

async function shared(rules = {}, inFrame = {}): Promise<{ page: Page; frame: Frame }> {
  const page = await stage.page(`<iframe id="far" src="${far.url}"></iframe>`);
  const frame = await frameOf(page);
  await page.evaluate(`page.record(${JSON.stringify(rules)}, ${JSON.stringify(everybody())})`);
  await stage.settled(page);
  await frame.evaluate(`begin(${JSON.stringify(everybody())}, ${JSON.stringify(inFrame)})`);
  await expect.poll(async () => attached(await stage.events(page)).length).toBeGreaterThan(0);
  return { page, frame };
}

test('[RECORD-19] a frame of another origin that has the widget is a part of the page, by its own rules, live', async () => {
  const { page, frame } = await shared();
  await frame.evaluate(`document.body.append('later ' + '2')`);
  await expect.poll(() => told(page)).toContain('later 2');
  await frame.fill('.open', 'typed there');
  await expect.poll(() => told(page)).toContain('typed there');
  const events = await stage.events(page);
  expect(JSON.stringify(events)).not.toContain('secret1');
  expect(JSON.stringify(events)).toMatch(/"src":"asset:\d+"/);
  const [applied = ''] = await stage.applied(events, [events.length]);
  for (const part of ['"hello from afar"', '"later 2"', '"*******"', '"typed there"']) {
    expect(applied).toContain(part);
    expect(await stage.rrweb(events)).toContain(part);
  }
});

test('[RECORD-19] also where a framed page has taught its arrays to write themselves', async () => {
  const page = await stage.page(`<iframe id="far" src="${far.url}"></iframe>`);
  const frame = await frameOf(page);
  await frame.evaluate(`Array.prototype.toJSON = function () { return 'array of ' + this.length; }`);
  await page.evaluate(`page.record({}, ${JSON.stringify(everybody())})`);
  await frame.evaluate(`begin(${JSON.stringify(everybody())})`);
  await expect.poll(() => told(page)).toContain('hello from afar');
});

test('[RECORD-20] a frame in what is masked is masked wholly', async () => {
  const { page } = await shared({ mask: ['#far'] });
  expect(await told(page)).toContain('***** **** ****');
  expect(await told(page)).not.toMatch(/hello from|secret|"value":"open"|asset:/);
});

test('[RECORD-21] a page that is not trusted learns and tells nothing, on whichever side', async () => {
  const page = await stage.page(`<iframe id="far" src="${far.url}"></iframe>`);
  const frame = await frameOf(page);
  // What is in the frame trusts somebody else.
  await frame.evaluate(`begin(['https://elsewhere.example'])`);
  await frame.evaluate(`{
    window.heard = [];
    addEventListener('message', ({ data }) => heard.push(data));
  }`);
  await page.evaluate(`page.record({}, ${JSON.stringify(everybody())})`);
  await expect.poll(() => frame.evaluate('heard.map(({ coview }) => coview)')).toContain('frame');
  await stage.settled(page);
  expect(await told(page)).not.toContain('afar');
  // The page around trusts somebody else: it says nothing more than that it is there.
  const other = await stage.page(`<iframe id="far" src="${far.url}"></iframe>`);
  const within = await frameOf(other);
  await within.evaluate(`{
    window.heard = [];
    addEventListener('message', ({ data }) => heard.push(data));
    begin(${JSON.stringify(everybody())});
  }`);
  await other.evaluate(`page.record({}, ['https://elsewhere.example'])`);
  // Said again while nothing comes of it.
  const heard = () => within.evaluate('[...new Set(heard.map((one) => JSON.stringify(one)))]');
  await expect.poll(heard).toEqual(['{"coview":"frame?"}']);
  await stage.settled(other);
  expect(await heard()).toEqual(['{"coview":"frame?"}']);
});

test('[RECORD-22] what a frame tells cannot touch a node that is not its own, and ends with the recording', async () => {
  const page = await stage.page(`<p id="mine">mine</p><iframe id="far" src="${far.url}"></iframe>`);
  const frame = await frameOf(page);
  // It answers when it is asked, which takes its time to load, and once: it is asked again until it has told something.
  await frame.evaluate(`{
    window.said = [];
    let answers = 0;
    addEventListener('message', ({ data, ports: [port] }) => {
      if (data.coview === 'frame?' && !answers++) parent.postMessage({ coview: 'frame!', site: 'shop' }, '*');
      if (data.coview !== 'frame') return;
      port.onmessage = ({ data }) => said.push(data);
      const forged = (id) => ({ type: 3, data: { source: 0, texts: [], attributes: [{ id, attributes: { title: 'forged' + id } }], removes: [{ id: 2, parentId: 1 }], adds: [] } });
      const own = { type: 3, data: { source: 3, id: data.firstId + 5, x: 1, y: 2 } };
      port.postMessage({ events: JSON.stringify([forged(2), forged(data.firstId + 2), own]), isPointer: false, assets: [] });
    });
  }`);
  await page.evaluate(`page.record({}, ${JSON.stringify(everybody())})`);
  await stage.settled(page);
  const scrolls = async () => of(await stage.events(page), 3);
  await expect.poll(scrolls).toHaveLength(1);
  expect(await told(page)).not.toContain('forged');
  await page.evaluate('page.recorder.stop()');
  await expect.poll(() => frame.evaluate('said')).toEqual(['stop']);
});

test('[RECORD-19] also where the first words between them are lost', async () => {
  const page = await stage.page(`<iframe id="far" src="${far.url}"></iframe>`);
  const frame = await frameOf(page);
  const loses = (word: string, most: number) => `window.lost = 0; addEventListener('message', (event) => {
    if (event.data.coview === '${word}' && ++window.lost <= ${most}) event.stopImmediatePropagation();
  })`;
  await page.evaluate(loses('frame!', 1));
  await frame.evaluate(loses('frame?', 3));
  await frame.evaluate(`begin(${JSON.stringify(everybody())})`);
  await untilTrue(page, 'window.lost');
  await page.evaluate(`page.record({}, ${JSON.stringify(everybody())})`);
  await expect.poll(() => told(page)).toContain('hello from afar');
  expect(await frame.evaluate('window.lost')).toBeGreaterThan(3);
});
