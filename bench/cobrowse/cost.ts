import type { Browser, CDPSession, Page } from 'playwright-core';
import { progress } from '#bench/harness/progress.ts';
import type { Row } from '#bench/harness/report.ts';
import { median } from '#bench/harness/statistics.ts';
import type { UiServer } from '#test/ui/UiServer.ts';
import type { Part } from './Part.ts';
import { openPage } from './recordedPages.ts';

const ROWS = 1_000;
const ELEMENTS = 1_000;
/** After the first, which has everything compiled. */
const RUNS = 4;
/** Nothing was sent for so long: it is done. */
const QUIET_MS = 350;

type Which = 'none' | 'rrweb' | 'coview';
const order: readonly Which[] = ['coview', 'rrweb', 'none'];

interface Sample {
  /** Milliseconds. */
  script: number;
  /** Of the page’s main thread, until nothing is left to be done. */
  thread: number;
}
type Samples = Record<Which, { first: Sample[]; later: Sample[] }>;

/** What recording costs the page that is recorded. */
export async function cost(browser: Browser, pages: UiServer, rounds: number): Promise<Part> {
  const of: Samples = {
    none: { first: [], later: [] },
    rrweb: { first: [], later: [] },
    coview: { first: [], later: [] },
  };
  for (let round = 0; round < rounds; round++) {
    progress(`cobrowse: cost on the page, round ${round + 1} of ${rounds}`);
    for (const which of round % 2 === 0 ? order : order.toReversed()) {
      const page = await openPage(browser, pages, ELEMENTS);
      const [first, ...later] = await runsOf(page, which);
      if (first) of[which].first.push(first);
      of[which].later.push(...later);
      await page.context().close();
    }
  }
  return { rows: rowsOf(of), notes: [notes(rounds, of)], samples: of };
}

async function runsOf(page: Page, which: Which): Promise<Sample[]> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const settled = () => page.evaluate(`page.settled(${QUIET_MS})`);
  await page.evaluate(`page.start('${which}')`);
  await settled();
  const samples: Sample[] = [];
  for (let run = 0; run < RUNS; run++) {
    await page.evaluate('page.told("")');
    await cdp.send('HeapProfiler.collectGarbage');
    await settled();
    const before = await threadMs(cdp);
    const script = (await page.evaluate(`page.addRows(${ROWS})`)) as number;
    await settled();
    samples.push({ script, thread: (await threadMs(cdp)) - before });
    const told = (await page.evaluate('page.told(", cell 5")')) as number;
    if (which === 'coview' && told !== ROWS) throw new Error(`of ${ROWS} rows ${told} were told`);
    await page.evaluate('page.clearRows()');
    await settled();
  }
  return samples;
}

/** Processor time of the tasks of the page’s main thread. */
async function threadMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
}

function rowsOf(of: Samples): Row[] {
  const mid = (which: Which, when: 'first' | 'later', key: keyof Sample) =>
    median(of[which][when].map((sample) => sample[key]));
  const row = (figure: string, value: (which: Which) => number, limit?: Row['limit']): Row => ({
    figure,
    unit: 'ms',
    coview: value('coview'),
    baseline: value('rrweb'),
    ...(limit && { limit }),
  });
  const added = (when: 'first' | 'later') => (which: Which) => mid(which, when, 'thread') - mid('none', when, 'thread');
  return [
    row(`+${ROWS} rows: main-thread time that recording adds (rrweb)`, added('later'), { times: 0.8 }),
    row('  the first time in a page (rrweb)', added('first'), { times: 0.8 }),
    row('  with the page’s own work (rrweb)', (which) => mid(which, 'later', 'thread')),
  ];
}

const notes = (rounds: number, of: Samples): string =>
  `Cost on the page: ${ROWS} rows of 6 cells, added one by one by one script to a page of ${ELEMENTS} elements; thread processor time of all tasks of the main thread (CDP TaskDuration in thread ticks) from the script on until nothing has been sent for ${QUIET_MS} ms: script, observers, slices, deflating, layout. Medians of ${(RUNS - 1) * rounds} runs in ${rounds} fresh pages each, after a first one in each. CoView: all of Recording (Recorder, Privacy, AssetBook, FrameSender) with a wire that leads nowhere, and it is checked that all rows were told; rrweb: record() whose emit does nothing: neither JSON nor deflating. Nobody recording: ${median(of.none.later.map(({ thread }) => thread)).toFixed(1)} ms, of which script ${median(of.none.later.map(({ script }) => script)).toFixed(1)}.`;
