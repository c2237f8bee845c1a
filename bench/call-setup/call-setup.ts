import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { CoViewService } from '#bench/harness/CoViewService.ts';
import { allCpus } from '#bench/harness/cpus.ts';
import { alternate, progress, rounds } from '#bench/harness/progress.ts';
import type { Result, Row } from '#bench/harness/report.ts';
import { ServerProcess } from '#bench/harness/ServerProcess.ts';
import { median, percentile } from '#bench/harness/statistics.ts';
import { launchChromium } from '#test/browser/chromium.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { DelayingProxy } from './DelayingProxy.ts';

/** Milliseconds from the click on Accept to the first frame that the agent's page has decoded. */
type Measure = (browser: Browser) => Promise<number>;

/** Nobody clicks before reading; this long both candidates may prepare, and only CoView does. */
const READING_MS = 1_500;
/** CoView may take this much longer than the bare one-round-trip join. */
const ABOVE_MS = 20;

const click = `addEventListener('click', () => (window.t0 ??= performance.timeOrigin + performance.now()), true)`;

/** The panel's video, as soon as it has a stream. */
const firstFrame = `{
  const look = () => {
    const video = document.querySelector('coview-widget')?.shadowRoot.querySelector('video');
    if (!video?.srcObject) return setTimeout(look, 5);
    video.requestVideoFrameCallback(() => (window.t1 = performance.timeOrigin + performance.now()));
  };
  look();
}`;

export async function callSetup(): Promise<Result> {
  const [near, far] = [await DelayingProxy.open(), await DelayingProxy.open()];
  const service = await CoViewService.start(allCpus, { PUBLIC_URL: `http://localhost:${near.port}` });
  const folder = await mkdtemp(join(tmpdir(), 'coview-bench-'));
  const browser = await launchChromium();
  const closers: (() => unknown)[] = [];
  try {
    const script = await bundleBarePage(folder);
    const bare = await ServerProcess.start({
      script: 'bench/call-setup/bareServer.ts',
      args: [script],
      cpus: allCpus,
      ready: /listening on (\d+)/,
    });
    closers.push(() => bare.stop());
    const rows: Row[] = [];
    const samples: Record<string, number[]> = {};
    for (const rtt of [0, 100]) {
      near.leadTo(service.port, rtt / 2);
      far.leadTo(bare.port, rtt / 2);
      const host = await HostPage.start(`http://localhost:${near.port}/cdn/js/demo.js`);
      closers.push(() => host.close());
      const coview: number[] = [];
      const baseline: number[] = [];
      samples[`CoView, RTT ${rtt}`] = coview;
      samples[`bare, RTT ${rtt}`] = baseline;
      await runs(browser, rounds(20), [coview, coviewCall(host, service.token())], [baseline, bareCall(far.port)]);
      const row = (figure: string, of: (values: number[]) => number, limit?: Row['limit']): Row => ({
        figure: `RTT ${rtt} ms: accept → first frame, ${figure}`,
        unit: 'ms',
        coview: of(coview),
        baseline: of(baseline),
        ...(limit ? { limit } : {}),
      });
      rows.push(
        row('median', median, { above: ABOVE_MS }),
        row('p90', (values) => percentile(values, 0.9)),
      );
    }
    return {
      name: 'call-setup',
      baseline: 'bare one-round-trip',
      rows,
      notes: [
        `${rounds(20)} runs each, in turn, every one in two fresh browser contexts of one Chromium; a made-up screen of 1280×720, VP8.`,
        'From the click event in the visitor’s page to requestVideoFrameCallback in the agent’s. Signalling passes a proxy that delays each way by half the RTT; media do not.',
        'Bare: mediasoup and a WebSocket; each side joins in one round trip, DTLS travels with produce and with resume. It joins after the click; CoView prepares while it rings, as nobody clicks at once (here 1.5 s). Nothing is pinned: browser and servers share all cores.',
      ],
      samples,
    };
  } finally {
    await browser.close();
    for (const close of closers) await close();
    near.close();
    far.close();
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runs(browser: Browser, count: number, ...candidates: [[number[], Measure], [number[], Measure]]) {
  // One of each that is not counted: caches, and code that is compiled for the first time.
  for (const [, measure] of candidates) await measure(browser);
  for (let round = 0; round < count; round++) {
    for (const [values, measure] of alternate(round, ...candidates)) values.push(await measure(browser));
    progress(
      `call-setup, run ${round + 1} of ${count}: ${candidates.map(([values]) => values.at(-1)?.toFixed(0)).join(' / ')} ms`,
    );
  }
}

let persons = 0;

const coviewCall =
  (host: HostPage, token: string): Measure =>
  (browser) =>
    inTwoContexts(browser, async (visitor, agent) => {
      await visitor.addInitScript(click);
      await agent.addInitScript(firstFrame);
      await Promise.all([visitor.goto(host.url), agent.goto(host.url)]);
      const email = `person-${++persons}@example.com`;
      for (const page of [visitor, agent]) await page.waitForFunction('window.CVLoaded === true');
      await visitor.evaluate(`CV.user.tag({ email: '${email}' })`);
      await agent.evaluate(`CV.rest.auth('${token}')`);
      await agent.evaluate(`CV.user.status('${email}').then(({ visitorId }) => {
        window.call = CV.calling.startScreen(visitorId);
      })`);
      const accept = visitor.locator('coview-widget [data-cv="accept"]');
      await accept.waitFor();
      await visitor.waitForTimeout(READING_MS);
      await accept.click();
      const time = await between(visitor, agent);
      await agent.evaluate(`new Promise((resolve) => { call.on('ended', resolve); call.end(); })`);
      return time;
    });

const bareCall =
  (port: number): Measure =>
  (browser) =>
    inTwoContexts(browser, async (visitor, agent) => {
      await agent.goto(`http://localhost:${port}/viewer`);
      await agent.waitForFunction('window.ready');
      await visitor.goto(`http://localhost:${port}/publisher`);
      await visitor.waitForFunction('window.ready');
      await visitor.waitForTimeout(READING_MS);
      await visitor.locator('button').click();
      return between(visitor, agent);
    });

async function between(visitor: Page, agent: Page): Promise<number> {
  await agent.waitForFunction('window.t1');
  const [t0, t1] = await Promise.all([visitor.evaluate('window.t0'), agent.evaluate('window.t1')]);
  return (t1 as number) - (t0 as number);
}

async function inTwoContexts(browser: Browser, act: (visitor: Page, agent: Page) => Promise<number>): Promise<number> {
  const contexts = [await browser.newContext(), await browser.newContext()] as const;
  try {
    return await act(await contexts[0].newPage(), await contexts[1].newPage());
  } finally {
    for (const context of contexts) await context.close();
  }
}

async function bundleBarePage(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: { entry: join(import.meta.dirname, 'barePage.ts'), formats: ['es'], fileName: () => 'page.js' },
    },
  });
  return join(folder, 'page.js');
}
