import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HostPage } from '#test/support/HostPage.ts';
import { muchAtOnce } from '#test/ui/muchAtOnce.ts';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

const KIB = 1024;

let stage: Stage;
let chat: ChatPage;
let host: HostPage;
beforeAll(async () => {
  stage = await Stage.open();
  chat = new ChatPage(stage);
  host = await HostPage.start(`${stage.service.url}/cdn/js/demo.js`, {
    head: '<main><p>Words of a shop.</p><img src="data:," width="300" height="200" alt=""></main>',
  });
});
afterAll(async () => {
  await host.close();
  await stage.close();
});

/** From the first byte on: tasks that kept the page from answering, and what moved by itself. */
const observers = `
  window.longTasks = []; window.shifts = [];
  const watch = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch('longtask', ({ duration }) => longTasks.push(duration));
  // What moves in a shadow root is told without its node.
  watch('layout-shift', ({ value, sources }) => shifts.push({ value, ofPage: sources.some(({ node }) => node) }));
`;

interface Load {
  path: string;
  /** As they came over the wire. */
  bytes: number;
  encoding: string | undefined;
}

/** A visitor’s page, once nothing is left to load, and what came for it from CoView. */
async function visit(): Promise<{ page: Page; loads: Load[]; settled(): Promise<void> }> {
  const page = await stage.person(observers);
  const pending: Promise<void>[] = [];
  const loads: Load[] = [];
  page.on('requestfinished', (request) => {
    const url = new URL(request.url());
    if (url.origin !== stage.service.url || !url.pathname.startsWith('/cdn/')) return;
    const noted = async () => {
      const [{ responseBodySize }, response] = await Promise.all([request.sizes(), request.response()]);
      loads.push({ path: url.pathname, bytes: responseBodySize, encoding: response?.headers()['content-encoding'] });
    };
    const noting = noted();
    // What is still to come when the test is over is asked of a page that is gone.
    noting.catch(() => {});
    pending.push(noting);
  });
  await page.goto(host.url);
  await part(page, 'launcher').waitFor();
  const settled = async () => {
    await page.waitForLoadState('networkidle');
    await Promise.all(pending);
  };
  await settled();
  return { page, loads, settled };
}

const sum = (loads: readonly Load[]) => loads.reduce((bytes, load) => bytes + load.bytes, 0);

test('[E2ECHAT-35] a page that only waits pays at most 3 KiB for its first script and 20 KiB in all, compressed', async () => {
  const { loads } = await visit();
  const first = loads.find(({ path }) => path === '/cdn/js/demo.js');
  expect(first?.bytes).toBeLessThanOrEqual(3 * KIB);
  for (const { path, encoding, bytes } of loads) if (bytes > KIB) expect(encoding, path).toMatch(/^(br|zstd|gzip)$/);
  expect(loads.length).toBeGreaterThan(2);
  expect(sum(loads)).toBeLessThanOrEqual(20 * KIB);
});

test('[E2ECHAT-36] until a visitor can read and write, at most 40 KiB came over the wire', async () => {
  // Whoever writes while nobody is there is asked something afterwards, which loads then.
  const { desk } = await chat.deskOf();
  const { page, loads, settled } = await visit();
  await chat.open(page);
  await chat.write(page, 'Hello');
  await chat.is(page, 'Hello', 'sent');
  await settled();
  expect(loads.some(({ path }) => /mediasoup|ContactForm/i.test(path))).toBe(false);
  expect(sum(loads)).toBeLessThanOrEqual(40 * KIB);
  await desk.close();
});

test('[E2ECHAT-37] no task is long and nothing moves before the visitor touches it, and nothing of the page afterwards', async () => {
  const isQuick = async () => {
    const { page } = await visit();
    const longest = Math.max(0, ...(await page.evaluate<number[]>('longTasks')));
    expect(await page.evaluate('shifts')).toEqual([]);
    const most = await page.evaluate<number>(muchAtOnce);
    await page.close();
    return longest <= most;
  };
  // What else the machine does makes any task long, so one quick visit is proof enough; nothing may move in any.
  for (let left = 4; !(await isQuick()); left--) expect(left).toBeGreaterThan(0);

  const { page } = await visit();
  await chat.open(page);
  await chat.write(page, 'Hello');
  await chat.is(page, 'Hello', 'sent');
  await part(page, 'close').click();
  expect(await page.evaluate('shifts.filter(({ ofPage }) => ofPage)')).toEqual([]);
});
