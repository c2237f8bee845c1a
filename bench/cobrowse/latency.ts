import type { Browser, Page } from 'playwright-core';
import type { CoViewService } from '#bench/harness/CoViewService.ts';
import { allCpus } from '#bench/harness/cpus.ts';
import { progress } from '#bench/harness/progress.ts';
import type { Row } from '#bench/harness/report.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { median, percentile } from '#bench/harness/statistics.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { UiServer } from '#test/ui/UiServer.ts';
import type { Part } from './Part.ts';
import { SharedPages, until } from './SharedPages.ts';
import { changeScript, shopMarkup } from './shopMarkup.ts';
import { watchVisible } from './visible.ts';

const SIZES = [1_000, 10_000];
const BATCH = 25;
/** CoView may take this much longer than the floor and the wire. */
const ABOVE_MS = 5;

/** Milliseconds of so many changes, one after the other. */
type Measure = (count: number) => Promise<number[]>;
type Samples = Record<'coview' | 'floor' | 'wire', number[]>;

/** How long a change of the visitor’s page takes to be seen by the agent. */
export async function latency(browser: Browser, service: CoViewService, rounds: number): Promise<Part> {
  const floor = await UiServer.start({
    source: `import '#bench/cobrowse/page/floor.ts';`,
    policy: '',
    files: floorPages(),
  });
  const wire = await ServerProcess.start({
    script: 'bench/cobrowse/bareServer.ts',
    args: ['ws'],
    cpus: allCpus,
    ready: /listening on (\d+)/,
  });
  const rows: Row[] = [];
  const samples: Record<string, Samples & { frameBytes: number }> = {};
  try {
    for (const size of SIZES) {
      progress(`cobrowse: change → visible, ${size} elements`);
      const of = await measure(browser, service, { floor: floor.url, wire: wire.port, size, rounds });
      samples[size] = of;
      rows.push(...rowsOf(size, of));
    }
  } finally {
    await wire.stop();
    floor.close();
  }
  return {
    rows,
    notes: [
      `Change → visible: ${2 * BATCH * rounds} changes each (a text, a class, an entry comes, another goes) at random moments, in turn (A B C C B A), in real pages of one Chromium. Visible: the mirror’s DOM has it and a frame that shows it has been drawn. The floor is @rrweb/record and @rrweb/replay (live mode, no buffer) in one page; the wire is a WebSocket relay (ws) between two pages, with frames as large as CoView’s. p50 of both together is the baseline.`,
    ],
    samples,
  };
}

const floorPages = () =>
  Object.fromEntries(
    SIZES.map((size) => [
      `/${size}`,
      ['text/html', pageOf(`${shopMarkup(size)}<script type="module" src="/ui.js"></script>`)] as const,
    ]),
  );

const pageOf = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${body}</body></html>`;

async function measure(
  browser: Browser,
  service: CoViewService,
  { floor, wire, size, rounds }: { floor: string; wire: number; size: number; rounds: number },
): Promise<Samples & { frameBytes: number }> {
  const script = `http://localhost:${service.port}/cdn/js/demo.js`;
  const shop = await HostPage.start(script, { head: shopMarkup(size) });
  const desk = await HostPage.start(script);
  const pages: Page[] = [];
  // In a context of its own each: what is a tab behind another draws no frames.
  const newPage = async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    pages.push(page);
    return page;
  };
  const shared = await SharedPages.open(
    browser,
    service,
    { visitor: shop.url, agent: desk.url },
    { prepare: countSent },
  );
  try {
    const mirror = await shared.mirror();
    await until('the mirror shows the shop', () => mirror.evaluate(`document.querySelector('#ticker') !== null`));
    await mirror.evaluate(`(${watchVisible})(document)`);
    const both = await newPage();
    await both.goto(`${floor}${size}`);
    await both.waitForFunction(`window.mirrored?.()?.querySelector('#ticker')`);
    await both.evaluate(`(${watchVisible})(mirrored())`);
    const coview = changes(shared.visitor, mirror);
    // Caches, and code that is compiled for the first time.
    const inPage = changes(both, both);
    await coview(10);
    await inPage(10);
    const frameBytes = median((await shared.visitor.evaluate('sentBytes.slice(-10)')) as number[]);
    const bare = await wireBetween(newPage, wire, frameBytes);
    await bare(10);
    const of: Samples = { coview: [], floor: [], wire: [] };
    for (let round = 0; round < rounds; round++) {
      const order = [
        ['coview', coview],
        ['floor', inPage],
        ['wire', bare],
      ] as const;
      for (const [name, run] of [...order, ...order.toReversed()]) of[name].push(...(await run(BATCH)));
    }
    return { ...of, frameBytes };
  } finally {
    await shared.close();
    for (const page of pages) await page.context().close();
    await shop.close();
    await desk.close();
  }
}

const countSent = async ({ visitor }: SharedPages): Promise<void> => {
  await visitor.addInitScript(`{
    window.sentBytes = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      if (typeof data !== 'string') window.sentBytes.push(data.byteLength);
      return send.call(this, data);
    };
  }`);
};

let changed = 0;

/** From just before the change to the frame that shows it. */
const changes =
  (from: Page, to: Pick<Page, 'evaluate'>): Measure =>
  async (count) => {
    const first = changed + 1;
    changed += count;
    const began = (await from.evaluate(`(async () => {
      const change = ${changeScript};
      const began = {};
      for (let n = ${first}; n < ${first + count}; n++) {
        await new Promise((done) => setTimeout(done, 50 + Math.random() * 33));
        began['Change ' + n] = performance.timeOrigin + performance.now();
        change(n);
      }
      return began;
    })()`)) as Record<string, number>;
    await until('the last change is seen', () => to.evaluate(`visibleAt['Change ${changed}']`));
    const seen = (await to.evaluate('visibleAt')) as Record<string, number>;
    let shown = Number.NaN;
    const times: number[] = [];
    // What came and went between two frames was seen with what followed it.
    for (const [text, at] of Object.entries(began).toReversed()) {
      shown = seen[text] ?? shown;
      if (Number.isNaN(shown)) throw new Error(`“${text}” was never seen`);
      times.push(shown - at);
    }
    return times;
  };

/** One way between two pages, by a server that does nothing but relay. */
async function wireBetween(newPage: () => Promise<Page>, port: number, bytes: number): Promise<Measure> {
  const pages = [await newPage(), await newPage()] as const;
  const [from, to] = pages;
  for (const page of pages) await page.goto(`http://127.0.0.1:${port}/`);
  await to.evaluate(`new Promise((opened) => {
    window.cameAt = [];
    const socket = new WebSocket('ws://127.0.0.1:${port}/viewer');
    socket.binaryType = 'arraybuffer';
    socket.onopen = opened;
    socket.onmessage = () => cameAt.push(performance.timeOrigin + performance.now());
  })`);
  await from.evaluate(`new Promise((opened) => {
    window.socket = new WebSocket('ws://127.0.0.1:${port}/sharer');
    socket.onopen = opened;
  })`);
  return async (count) => {
    await to.evaluate('cameAt.length = 0');
    const sent = (await from.evaluate(`(async () => {
      const sent = [];
      for (let n = 0; n < ${count}; n++) {
        await new Promise((done) => setTimeout(done, 20 + Math.random() * 20));
        sent.push(performance.timeOrigin + performance.now());
        socket.send(new Uint8Array(${bytes}));
      }
      return sent;
    })()`)) as number[];
    await until('all frames have come', () => to.evaluate(`cameAt.length === ${count}`));
    const came = (await to.evaluate('cameAt')) as number[];
    return came.map((at, n) => at - (sent[n] ?? Number.NaN));
  };
}

function rowsOf(size: number, { coview, floor, wire }: Samples): Row[] {
  const p99 = (values: number[]) => percentile(values, 0.99);
  const ms = (figure: string, mine: number, baseline: number, limit?: Row['limit']): Row => ({
    figure,
    unit: 'ms',
    coview: mine,
    baseline,
    ...(limit && { limit }),
  });
  return [
    ms(`change → visible, ${size / 1000}k elements, p50 (floor + wire)`, median(coview), median(floor) + median(wire), {
      above: ABOVE_MS,
    }),
    ms('  p99 (floor’s)', p99(coview), p99(floor)),
    ms('  p50 (wire alone)', median(coview), median(wire)),
  ];
}
