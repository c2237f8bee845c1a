import type { Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { onFetch } from '#test/browser/brought.ts';
import { custom, of } from './events.ts';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();

test('[RECORD-30] what tells of selects, selections and media loads with the first event, misses none, and is tried again', async () => {
  const page = await stage.page('<p id="words">some words</p><select id="list"><option>a</option></select>');
  const asked: Route[] = [];
  await onFetch(page, 'rareWatchers', (route) => (asked.push(route) <= 2 ? route.abort() : undefined));
  await stage.record(page, open);
  await page.click('#words');
  await stage.settled(page);
  expect(asked).toEqual([]);
  await page.evaluate('getSelection().setBaseAndExtent(words.firstChild, 0, words.firstChild, 4)');
  await expect.poll(() => stage.complaints.join()).toContain('CoView:');
  await page.click('#list');
  await expect.poll(() => asked.length).toBe(3);
  expect(of(await stage.events(page), 14)).toEqual([]);
  await asked[2]?.continue();
  const id = await page.evaluate('page.recorder.idOf(list)');
  await expect.poll(async () => custom(await stage.events(page), 'cv.select').at(-1)).toEqual({ id, open: true });
  await page.keyboard.press('Escape');
  await page.evaluate('getSelection().setBaseAndExtent(words.firstChild, 0, words.firstChild, 6)');
  await expect.poll(async () => of(await stage.events(page), 14).at(-1)?.ranges[0]?.endOffset).toBe(6);
  expect(asked).toHaveLength(3);
  expect(stage.complaints.splice(0).join()).toContain('CoView:');
});
