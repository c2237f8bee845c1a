import { expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { custom } from './events.ts';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();
/** Such pages take a slow machine its time. */
const timeout = 240_000;

const rows = (count: number) =>
  `<div id="area">${Array.from({ length: count }, (_, n) => `<p class="r${n}"><b>${n}</b></p>`).join('')}</div>`;

test('[RECORD-15] 50,000 elements are told in many pieces, between which the page has its turn and may change', {
  timeout,
}, async () => {
  const page = await stage.page(rows(25_000));
  await page.evaluate(`{
    window.turns = 0;
    const turn = () => {
      if (page.told.at(-1)?.more && turns < 15) {
        turns++;
        area.prepend(Object.assign(document.createElement('i'), { textContent: 'turn ' + turns }));
        area.children[turns * 7 + 1].remove();
        area.append(area.children[turns * 5 + 1]);
      }
      if (page.told.at(-1)?.more !== false) setTimeout(turn);
    };
    setTimeout(turn);
  }`);
  await stage.record(page, open);
  expect(await page.evaluate('turns')).toBeGreaterThan(3);
  const fulls = (await page.evaluate(
    `page.told.filter(({ kind }) => kind === 'full').map(({ more, events }) => [more, events.map(({ data }) => data.payload?.done ?? 0)])`,
  )) as [boolean, number[]][];
  expect(fulls.length).toBeGreaterThan(3);
  expect(fulls.map(([more]) => more)).toEqual(fulls.map((_, at) => at < fulls.length - 1));
  const done = fulls.flatMap(([, counts]) => Math.max(...counts));
  expect(done.slice(0, 3)).toEqual(done.slice(0, 3).sort((one, other) => one - other));
  expect(Math.max(...done)).toBeGreaterThan(40_000);
  const events = await stage.events(page);
  const [applied] = await stage.applied(events, [events.length]);
  expect(applied).toBe(await page.evaluate('page.shape()'));
});

test('[RECORD-26] what a change hides in a large page is found in pieces, and until then nothing is told', {
  timeout,
}, async () => {
  const page = await stage.page(rows(12_000));
  await page.evaluate(`area.insertAdjacentHTML('beforeend', '<p class="name">public</p>')`);
  await stage.record(page, { mask: ['.private .name'] });
  const pieces = await page.evaluate(`(async () => {
    const before = page.told.length;
    let [turns, pieces, judged, seen] = [0, 0, 0, 0];
    const { of } = page.privacy;
    page.privacy.of = function (...all) { judged++; return of.apply(this, all) };
    document.body.className = 'private';
    await new Promise((done) => {
      const turn = () => {
        area.lastChild.firstChild.data = 'secret ' + ++turns;
        if (judged > seen) pieces++;
        seen = judged;
        if (page.told.length > before) done();
        else setTimeout(turn);
      };
      setTimeout(turn);
    });
    return pieces;
  })()`);
  expect(pieces).toBeGreaterThan(1);
  await stage.settled(page);
  const told = JSON.stringify(await stage.events(page));
  expect(told).not.toContain('secret');
  expect(told).toContain('****** ');
});

test('[RECORD-26] a class that no rule asks for around an element costs nothing, however large the page', async () => {
  const page = await stage.page(rows(2000));
  await stage.record(page, { mask: ['.private', '[data-x=".a b"]'], unmask: ['input.open'] });
  const looks = await page.evaluate(`(async () => {
    let count = 0;
    const { of } = page.privacy;
    page.privacy.of = function (...all) { count++; return of.apply(this, all) };
    document.body.className = 'menu-open';
    await page.settled();
    return count;
  })()`);
  expect(looks).toBeGreaterThan(0);
  expect(looks).toBeLessThan(10);
});

test('[RECORD-27] what a field holds is worked out only when it has changed', async () => {
  const page = await stage.page('<textarea id="big"></textarea>');
  await page.evaluate(`big.value = 'long '.repeat(100)`);
  await stage.record(page);
  const masked = await page.evaluate(`(async () => {
    let count = 0;
    const { value } = page.privacy;
    page.privacy.value = function (field, ...rest) { count += field === big; return value.call(this, field, ...rest) };
    await page.settled();
    const before = count;
    big.value += 'longer';
    big.dispatchEvent(new Event('input', { bubbles: true }));
    await page.settled();
    return [before, count > 0];
  })()`);
  expect(masked).toEqual([0, true]);
});

test('[RECORD-16] a storm of mutations is not followed: paused, and one whole page anew when it is over', {
  timeout,
}, async () => {
  const page = await stage.page(rows(200));
  await stage.record(page, open);
  const before = (await stage.events(page)).length;
  await page.evaluate(`{
    let storms = 3;
    const storm = () => {
      for (let n = 0; n < 10_500; n++) {
        const row = document.createElement('p');
        row.textContent = 'storm ' + storms + ' ' + n;
        area.append(row);
      }
      while (area.children.length > 10_500) area.firstChild.remove();
      if (--storms > 0) setTimeout(storm);
    };
    storm();
  }`);
  const paused = async () => {
    const events = (await stage.events(page)).slice(before);
    return custom(events, 'cv.paused').map(({ paused }) => paused);
  };
  await expect.poll(async () => (await paused()).at(-1), { timeout: timeout / 2 }).toBe(false);
  expect((await paused())[0]).toBe(true);
  // Of 30,000 rows none is told by itself.
  const events = (await stage.events(page)).slice(before);
  const live = events.slice(
    0,
    events.findIndex(({ type }) => type === 2),
  );
  expect(live.flatMap(({ data }) => data.adds ?? []).length).toBe(0);
  await stage.settled(page);
  const told = await stage.events(page);
  const [applied] = await stage.applied(told, [told.length]);
  expect(applied).toBe(await page.evaluate('page.shape()'));
});

test('[RECORD-16] a page that stands still before its change is told, as in a dialog, is no storm', async () => {
  const page = await stage.page('<p id="area"></p>');
  await stage.record(page, open);
  const events = await stage.after(
    page,
    `(async () => {
      area.append('asked');
      // The recorder has heard of it, and works in another task.
      await undefined;
      const { now } = Date;
      Date.now = () => now() + 60_000;
    })()`,
  );
  expect(JSON.stringify(events)).toContain('asked');
  expect(custom(events, 'cv.paused')).toEqual([]);
  expect(events.filter(({ type }) => type === 2)).toEqual([]);
});

test('[RECORD-17] at most one message of a kind in a frame of the page', async () => {
  // Frames come as they should, also where nothing draws them for long: a page without any goes on by itself.
  const page = await stage.page(
    rows(50),
    `{
      const runs = new Map();
      let last = 0;
      window.requestAnimationFrame = (run) => runs.set(++last, run) && last;
      window.cancelAnimationFrame = (id) => runs.delete(id);
      setInterval(() => {
        const due = [...runs.values()];
        runs.clear();
        for (const run of due) run(performance.now());
      }, 16);
    }`,
  );
  await stage.record(page, open);
  await page.evaluate(`new Promise((done) => {
    window.seen = [];
    let frame = 0, left = 20;
    const count = page.told.length;
    const mutate = () => {
      area.append(document.createElement('i'));
      if (left > 0) setTimeout(mutate);
    };
    const next = () => {
      seen.push(page.told.length - count);
      if (--left > 0) requestAnimationFrame(next);
      else done();
    };
    mutate();
    requestAnimationFrame(next);
  })`);
  const seen = (await page.evaluate('seen')) as number[];
  const steps = seen.map((count, at) => count - (seen[at - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(2);
  expect(seen.at(-1)).toBeGreaterThan(3);
  expect(seen.at(-1)).toBeLessThanOrEqual(seen.length + 1);
});

test('[RECORD-18] nothing is told after stop, nor between pause and snapshot, whatever was under way', {
  timeout,
}, async () => {
  const page = await stage.page(rows(20_000));
  await page.evaluate(`page.record({ unmask: ['html'] })`);
  await untilTrue(page, 'page.told.length > 0');
  await page.evaluate('page.recorder.pause(); window.count = page.told.length; area.firstChild.remove()');
  const frames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))';
  await page.evaluate(frames);
  expect(await page.evaluate('page.told.length - count')).toBe(0);
  // Who had a part of a full is told that no more comes of it.
  expect(await page.evaluate(`page.told.at(-1).kind + page.told.at(-1).more`)).toBe('fullfalse');
  await page.evaluate('page.recorder.snapshot()');
  await stage.settled(page);
  await page.evaluate(`area.title = 'late'; page.recorder.stop(); window.count = page.told.length`);
  await page.mouse.move(10, 10);
  await page.evaluate(frames);
  expect(await page.evaluate('page.told.length - count')).toBe(0);
});
