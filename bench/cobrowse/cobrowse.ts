import type { Browser } from 'playwright-core';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { allCpus } from '#bench/harness/cpus.ts';
import { rounds } from '#bench/harness/progress.ts';
import type { Result } from '#bench/harness/report.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import type { UiServer } from '#test/ui/UiServer.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import type { Part } from './Part.ts';
import { servePages } from './recordedPages.ts';
import { relay } from './relay.ts';
import { snapshot } from './snapshot.ts';
import { visit } from './visit.ts';

/** BENCH_PARTS=cost,snapshot measures only these. */
const parts: Record<string, (count: number) => Promise<Part>> = {
  latency: (count) => withService((browser, service) => latency(browser, service, count)),
  relay,
  cost: (count) => withPages((browser, pages) => cost(browser, pages, count)),
  snapshot: (count) => withPages((browser, pages) => snapshot(browser, pages, count)),
  visit: () => withService(visit),
};

/** What it takes that an agent sees a visitor’s page: time, the server’s processor, the page’s, and bytes. */
export async function cobrowse(): Promise<Result> {
  const count = rounds(3);
  const chosen = process.env['BENCH_PARTS']?.split(',') ?? Object.keys(parts);
  const measured: [string, Part][] = [];
  for (const name of chosen) {
    const measure = parts[name];
    if (!measure) throw new Error(`there is no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    measured.push([name, await measure(count)]);
  }
  return {
    name: 'cobrowse',
    baseline: 'baseline',
    rows: measured.flatMap(([, { rows }]) => rows),
    notes: [
      'The baseline of each row stands in its brackets. Browser and servers share all cores, but for the relay.',
      ...measured.flatMap(([, { notes }]) => notes),
    ],
    samples: Object.fromEntries(measured.map(([name, { samples }]) => [name, samples])),
  };
}

async function withBrowser<T>(act: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchChromium();
  try {
    return await act(browser);
  } finally {
    await browser.close();
  }
}

const withService = (act: (browser: Browser, service: CoViewService) => Promise<Part>): Promise<Part> =>
  withBrowser(async (browser) => {
    const service = await CoViewService.start(allCpus);
    try {
      return await act(browser, service);
    } finally {
      await service.stop();
    }
  });

const withPages = (act: (browser: Browser, pages: UiServer) => Promise<Part>): Promise<Part> =>
  withBrowser(async (browser) => {
    const pages = await servePages();
    try {
      return await act(browser, pages);
    } finally {
      pages.close();
    }
  });
