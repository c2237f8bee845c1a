import { expect, test } from 'vitest';
import { CorpusStage } from './CorpusStage.ts';
import { cases } from './cases.ts';
import { type CorpusPage, corpus } from './corpus.ts';

const stage = CorpusStage.forTests();

const named = (pages: readonly CorpusPage[]) => pages.map((page) => [page.name, page] as const);
const foundIn = (text: string, wanted: readonly string[]) => {
  const lower = text.toLowerCase();
  return wanted.filter((one) => lower.includes(one.toLowerCase()));
};

async function prove(page: CorpusPage) {
  const recorded = await stage.record(page);
  expect(foundIn(recorded.events, page.secrets)).toEqual([]);
  expect(foundIn(recorded.sent, page.secrets)).toEqual([]);
  expect(page.shown.filter((text) => !recorded.events.includes(text))).toEqual([]);
  return recorded;
}

test.concurrent.each(named(corpus))('[PRIVACY-1] no planted secret leaves the browser: %s', async (_, page) => {
  const recorded = await prove(page);
  // Each was really there to be found.
  expect(foundIn(recorded.page.replaceAll('="', '":"'), page.secrets)).toEqual(page.secrets);
});

test.concurrent.each(named(cases))('[PRIVACY-2] nor by what happens step by step: %s', async (_, page) => {
  await prove(page);
});
