import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { eventWithTime } from '@rrweb/types';
import type { Browser, Page } from 'playwright-core';
import type { CoViewService } from '#bench/harness/CoViewService.ts';
import { progress } from '#bench/harness/progress.ts';
import type { Row } from '#bench/harness/report.ts';
import { HostPage } from '#test/support/HostPage.ts';
import { bundleRows } from './bundleSize.ts';
import type { Part } from './Part.ts';
import { SharedPages } from './SharedPages.ts';
import { ShopServer } from './ShopServer.ts';
import { shopVisit } from './shopVisit.ts';
import { Traffic } from './Traffic.ts';

const rrweb = fileURLToPath(new URL('record.umd.min.cjs', import.meta.resolve('@rrweb/record')));

/** Records beside CoView, on every page of the visit. CoView’s own banner is nothing of the shop’s. */
const rrwebScript = `
  window.recordToo = () => rrwebRecord.record({ emit: (event) => rrwebTold(event), blockSelector: 'coview-widget' });
  if (sessionStorage.getItem('recordToo')) addEventListener('DOMContentLoaded', () => recordToo());
`;

const bytesOf = (events: readonly eventWithTime[]) =>
  events.reduce((bytes, event) => bytes + Buffer.byteLength(JSON.stringify(event)), 0);

/** What goes over the wire while somebody shops and an agent watches, and what the shop’s page loads for it. */
export async function visit(browser: Browser, service: CoViewService): Promise<Part> {
  progress('cobrowse: a visit to the shop');
  const host = `http://localhost:${service.port}`;
  const shop = await ShopServer.start(host);
  const desk = await HostPage.start(`${host}/cdn/js/demo.js`);
  const events: eventWithTime[] = [];
  const traffics: Traffic[] = [];
  const prepare = async ({ visitor, agent }: SharedPages) => {
    traffics.push(new Traffic(visitor), new Traffic(agent));
    await recordToo(visitor, events);
  };
  const asking = () => {
    for (const traffic of traffics) traffic.start();
  };
  const addresses = { visitor: shop.url, agent: desk.url };
  const shared = await SharedPages.open(browser, service, addresses, { prepare, asking });
  const { visitor } = shared;
  const [up, down] = traffics;
  if (!up || !down) throw new Error('nothing was counted');
  try {
    await visitor.evaluate(`sessionStorage.setItem('recordToo', '1'); recordToo()`);
    const began = performance.now();
    await shopVisit(visitor);
    const minutes = (performance.now() - began) / 60_000;
    for (const traffic of traffics) traffic.stop();
    const bundle = bundleRows([...up.modules], rrweb);
    return {
      rows: [...rowsOf(minutes, up, down, events), ...bundle.rows],
      notes: [
        `Shop visit: ${(minutes * 60).toFixed(0)} s in the demo shop (three pages; pointer, scrolling, typing, two articles into the cart, an order), an agent watching from another real page; both recorders in the same page at the same time. Payloads of the socket and of HTTP, without their headers. rrweb: its events as JSON, one by one; gzip: all of them as one stream, the least there can be. rrweb brings no pictures; CoView’s go once, by their hash.`,
        ...bundle.notes,
      ],
      samples: { minutes, visitor: up.bytes, agent: down.bytes, rrweb: kindsOf(events), modules: [...up.modules] },
    };
  } finally {
    await shared.close();
    await desk.close();
    shop.close();
  }
}

async function recordToo(visitor: Page, events: eventWithTime[]): Promise<void> {
  await visitor.exposeFunction('rrwebTold', (event: eventWithTime) => void events.push(event));
  await visitor.addInitScript({ content: readFileSync(rrweb, 'utf8') });
  await visitor.addInitScript({ content: rrwebScript });
}

/** As CoView’s frames are told apart: the page as it begins, the pointer, the rest. */
function kindsOf(events: readonly eventWithTime[]): Record<'full' | 'pointer' | 'delta', number> {
  const isFull = ({ type }: eventWithTime) => type === 2 || type === 4;
  const isPointer = ({ type, data }: eventWithTime) =>
    type === 3 && [1, 6, 12].includes((data as { source: number }).source);
  return {
    full: bytesOf(events.filter(isFull)),
    pointer: bytesOf(events.filter(isPointer)),
    delta: bytesOf(events.filter((event) => !isFull(event) && !isPointer(event))),
  };
}

function rowsOf(minutes: number, up: Traffic, down: Traffic, events: readonly eventWithTime[]): Row[] {
  const row = (figure: string, coview: number, baseline?: number): Row => ({
    figure,
    unit: 'kB/min',
    coview: coview / minutes / 1000,
    ...(baseline !== undefined && { baseline: baseline / minutes / 1000 }),
  });
  const json = kindsOf(events);
  const zipped = gzipSync(JSON.stringify(events), { level: 9 }).length;
  const sent = up.bytes.up;
  const got = down.bytes.down;
  return [
    row('shop visit, visitor → server: frames (rrweb, gzip)', up.framesOf('up'), zipped),
    row('  frames (rrweb, JSON)', up.framesOf('up'), bytesOf(events)),
    row('  full (rrweb, JSON)', sent.full, json.full),
    row('  delta (rrweb, JSON)', sent.delta, json.delta),
    row('  pointer (rrweb, JSON)', sent.pointer, json.pointer),
    row('  requests and heartbeats', sent.messages),
    row('  pictures and styles', sent.assets),
    row('  server → visitor', up.bytes.down.messages + up.bytes.down.assets),
    row('  server → agent: frames', down.framesOf('down')),
    row('  server → agent: answers and news', got.messages),
    row('  server → agent: pictures and styles', got.assets),
  ];
}
