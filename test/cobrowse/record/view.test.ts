import { expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { of } from './events.ts';
import { open, RecordStage } from './RecordStage.ts';

const stage = RecordStage.forTests();

test('[RECORD-25] the pointer at once, then twenty times a second at most, and where it comes to rest', async () => {
  const page = await stage.page('<p style="height: 600px">A large place</p>');
  await page.clock.install({ time: '2026-01-01' });
  await stage.record(page, open);
  await page.evaluate(`addEventListener('mousemove', ({ clientX }) => { window.at = clientX })`);
  await page.clock.pauseAt('2026-01-02');
  const move = async (x: number) => {
    await page.mouse.move(x, 12);
    await expect.poll(() => page.evaluate('at')).toBe(x);
  };
  const told = async () =>
    of(await stage.events(page), 1).flatMap(({ positions }) => positions.map(({ x }: { x: number }) => x));
  await move(1);
  expect(await told()).toEqual([1]);
  for (const x of [2, 3, 4]) await move(x);
  await page.clock.runFor(49);
  await move(5);
  expect(await told()).toEqual([1]);
  await page.clock.runFor(1);
  expect(await told()).toEqual([1, 5]);
  await page.clock.runFor(30);
  await move(6);
  await page.clock.runFor(19);
  expect(await told()).toEqual([1, 5]);
  await page.clock.runFor(1);
  expect(await told()).toEqual([1, 5, 6]);
  // Where it rests it is told of no more, and after a while it goes on at once.
  await page.clock.runFor(1_000);
  expect(await told()).toEqual([1, 5, 6]);
  await move(7);
  expect(await told()).toEqual([1, 5, 6, 7]);
});

test('[RECORD-13] of the page’s address no query, hash, token or mail address is told', async () => {
  const page = await stage.page('<p>text</p>');
  const go = (to: string) => `history.pushState(null, '', ${JSON.stringify(to)})`;
  await page.evaluate(go('/who?name=secret#secret'));
  await stage.record(page, open);
  const paths = async () =>
    (await stage.events(page)).flatMap(({ type, data }) => (type === 4 ? new URL(data.href).pathname : []));
  expect(await paths()).toEqual(['/who']);
  const told = await stage.after(page, `${go('/who?another=secret#')}; location.hash = 'secret'`);
  expect(told.filter(({ type }) => type === 4)).toEqual([]);
  for (const [to, wanted] of [
    ['/reset/mia@secret.example/go', '/reset/***/go'],
    ['/t/5f0c1d9aSECRETe8b7a6f5/', '/t/***/'],
    ['/list;id=secret', '/list'],
  ] as const) {
    await page.evaluate(go(to));
    await expect.poll(async () => (await paths()).at(-1)).toBe(wanted);
  }
  expect(JSON.stringify(await stage.events(page)).toLowerCase()).not.toContain('secret');
  const [first] = (await stage.events(page)).filter(({ type }) => type === 4);
  expect(new URL(first?.data.href).origin).toBe(new URL(page.url()).origin);
});

test('[RECORD-25] the pointer is over what comes to lie under it, also before that is told of', async () => {
  const page = await stage.page('<div id="area"><p style="height: 200px">One</p></div>');
  await stage.record(page, open);
  await page.evaluate(`area.addEventListener('mousedown', () => {
    const other = document.createElement('p');
    other.id = 'other';
    other.style.height = '200px';
    other.append('Another');
    area.replaceChildren(other);
  })`);
  await page.mouse.move(50, 60);
  await page.mouse.down();
  const over = async () =>
    (await stage.events(page))
      .flatMap(({ type, data }) =>
        type === 3 && data.source === 1 ? data.positions : type === 5 && data.tag === 'cv.hover' ? [data.payload] : [],
      )
      .at(-1)?.id;
  await expect.poll(() => page.evaluate('page.recorder.idOf(other)')).toBeGreaterThan(0);
  await expect.poll(over).toBe(await page.evaluate('page.recorder.idOf(other)'));
});

test('[RECORD-25] the pointer that rests is told again with the whole page; not one that is elsewhere by then', async () => {
  const page = await stage.page('<p style="height: 200px">One</p><p style="height: 200px">Two</p>');
  await stage.record(page, open);
  const places = async () => of(await stage.events(page), 1).flatMap(({ positions }) => positions);
  const whole = () => page.evaluate('page.recorder.snapshot()');
  const fulls = async () => (await stage.events(page)).filter(({ type }) => type === 2).length;
  await page.mouse.move(50, 60);
  await expect.poll(async () => (await places()).length).toBe(1);
  await whole();
  await expect.poll(async () => (await places()).length).toBe(2);
  const [one, again] = await places();
  expect(again).toMatchObject({ x: 50, y: 60 });
  expect(again.id).toBe(await page.evaluate(`page.recorder.idOf(document.querySelector('p'))`));
  expect(one.id).toBeGreaterThan(0);
  await page.evaluate('page.recorder.pause()');
  await page.mouse.move(50, 300);
  await untilTrue(page, `document.querySelectorAll('p')[1].matches(':hover')`);
  const before = await fulls();
  await whole();
  await expect.poll(fulls).toBe(before + 1);
  expect((await places()).slice(2).filter(({ y }) => y === 60)).toEqual([]);
});
