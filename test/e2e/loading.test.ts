import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { part, Stage, showsMotion } from './Stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

test('[LOAD-2] a call whose part did not load when it rang rings when the connection is back', async () => {
  const tag = stage.somebody();
  const [visitor, agent] = await Promise.all([stage.visitor(tag), stage.agent()]);
  let isHeldBack = true;
  await visitor.route('**/VisitorCalling-*', (route) => (isHeldBack ? route.abort() : route.continue()));
  await stage.start(agent, tag.email);
  await expect.poll(() => stage.complaints.join()).toContain('CoView:');
  expect(await part(visitor, 'accept').count()).toBe(0);
  isHeldBack = false;
  await visitor.evaluate(`window.seen = []; CV.on('connection', ({ connected }) => seen.push(connected)); void 0`);
  stage.wire.cut();
  await untilTrue(visitor, 'seen.includes(false)');
  stage.wire.mend();
  await part(visitor, 'accept').click();
  await showsMotion(agent);
});

test.each([
  ['adds a header', `(input, init) => real(input, { ...init, headers: { ...init?.headers, 'x-csrf-token': '1' } })`],
  ['sends its cookies', `(input, init) => real(input, { ...init, credentials: 'include' })`],
])('[LOAD-3] the widget loads on a page whose own fetch %s', async (_, wrapper) => {
  const visitor = await stage.person(`{ const real = fetch; window.fetch = ${wrapper}; }`);
  await stage.load(visitor);
  await part(visitor, 'launcher').click();
  await part(visitor, 'panel').waitFor();
});

test('[LOAD-3] what the widget consists of comes over the wire once', async () => {
  const visitor = await stage.person();
  const files: string[] = [];
  const devtools = await visitor.context().newCDPSession(visitor);
  await devtools.send('Network.enable');
  devtools.on('Network.responseReceived', ({ response }) => {
    if (response.url.includes('/cdn/app/') && !response.fromDiskCache) files.push(response.url);
  });
  await stage.load(visitor);
  await part(visitor, 'launcher').click();
  await part(visitor, 'panel').waitFor();
  expect(files.length).toBeGreaterThan(5);
  expect(files).toEqual([...new Set(files)]);
  expect(await visitor.locator('link[rel=preload]').count()).toBe(0);
});
