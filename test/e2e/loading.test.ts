import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onFetch } from '#test/browser/onFetch.ts';
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
  await onFetch(visitor, 'VisitorCalling', (route) => (isHeldBack ? route.abort() : route.continue()));
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
