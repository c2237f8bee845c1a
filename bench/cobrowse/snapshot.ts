import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { progress } from '#bench/harness/progress.ts';
import type { Row } from '#bench/harness/report.ts';
import { median } from '#bench/harness/statistics.ts';
import type { UiServer } from '#test/ui/UiServer.ts';
import { mainThreadTasks } from './mainThreadTasks.ts';
import type { Part } from './Part.ts';
import { openPage, PAGE_SIZES } from './recordedPages.ts';

const SETTLE_MS = 300;
const LONG_MS = 50;

type Which = 'coview' | 'rrweb';
interface Sample {
  /** Milliseconds, from the beginning until the whole page was told, and with CoView deflated and sent. */
  took: number;
  /** Of main-thread time. */
  longest: number;
  thread: number;
}
type Samples = Record<Which, Sample[]>;

/** The whole page as it is first told: how long it takes, and how long the page stands still for it. */
export async function snapshot(browser: Browser, pages: UiServer, rounds: number): Promise<Part> {
  const samples: Record<number, Samples> = {};
  for (const size of PAGE_SIZES) {
    const of: Samples = { coview: [], rrweb: [] };
    samples[size] = of;
    for (let round = 0; round < rounds; round++) {
      progress(`cobrowse: first snapshot, ${size} elements, round ${round + 1} of ${rounds}`);
      const both = ['coview', 'rrweb'] as const;
      for (const which of round % 2 === 0 ? both : both.toReversed())
        of[which].push(await sampleOf(browser, pages, size, which));
    }
  }
  return {
    rows: Object.entries(samples).flatMap(([size, of]) => rowsOf(Number(size), of)),
    notes: [
      `First snapshot: fresh pages, medians of ${rounds}; tasks of the main thread out of a trace. CoView’s time is until the last part is deflated and sent, in slices with the page’s frames between them; rrweb’s until record() has returned, in one piece and without JSON.`,
    ],
    samples,
  };
}

async function sampleOf(browser: Browser, pages: UiServer, size: number, which: Which): Promise<Sample> {
  const page = await openPage(browser, pages, size);
  try {
    await sleep(SETTLE_MS);
    let took = Number.NaN;
    const tasks = await mainThreadTasks(browser, page, async () => {
      // In a task of its own: what the protocol asks for is no part of the page.
      took = (await page.evaluate(
        `new Promise((done) => setTimeout(() => page.start('${which}').then(done), 50))`,
      )) as number;
      await sleep(SETTLE_MS);
    });
    return { took, longest: Math.max(...tasks), thread: tasks.reduce((sum, one) => sum + one, 0) };
  } finally {
    await page.context().close();
  }
}

function rowsOf(size: number, of: Samples): Row[] {
  const row = (figure: string, key: keyof Sample, limit?: Row['limit']): Row => ({
    figure,
    unit: 'ms',
    coview: median(of.coview.map((sample) => sample[key])),
    baseline: median(of.rrweb.map((sample) => sample[key])),
    ...(limit && { limit }),
  });
  return [
    row(`first snapshot, ${size / 1000}k elements (rrweb)`, 'took'),
    row('  longest task (rrweb)', 'longest', size === 10_000 ? { most: LONG_MS } : undefined),
    row('  main-thread time (rrweb)', 'thread'),
  ];
}
