import { describe, expect, test } from 'vitest';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();

const rows = (count: number) =>
  Array.from({ length: count }, (_, n) => `<p class="r${n}">row <b>${n}</b></p>`).join('');
const start = `<div id="area"><section>one<!-- c --><b>two</b></section>${rows(20)}</div>`;

/** The recorder's clock, by which it knows that its time is over, goes on at each look: pieces are small, and equal. */
const hastyClock = `{
  const now = performance.now.bind(performance);
  let looks = 0;
  performance.now = () => now() + ++looks;
}`;

async function replays(seed: number, body: string, script = '', most = 12) {
  const page = await stage.page(body, script);
  await stage.record(page, open);
  const looks = await stage.fuzz(page, seed, 12, most);
  const events = await stage.events(page);
  const applied = await stage.applied(
    events,
    looks.map((look) => look.events),
  );
  for (const [at, look] of looks.entries()) expect(applied[at], `moment ${at}`).toBe(look.shape);
  expect(await stage.rrweb(events)).toBe(looks.at(-1)?.shape);
}

describe('[RECORD-1] a page that changes at random is the same in a replay, at every moment, and in rrweb’s player', () => {
  test.each([1, 2, 3, 4, 5, 6])('seed %d', (seed) => replays(seed, start));

  test.each([11, 12, 13])('seed %d, told in small pieces while it changes', (seed) =>
    replays(seed, `<div id="area">${rows(300)}</div>`, hastyClock, 25),
  );
});
