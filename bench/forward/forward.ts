import { setTimeout as sleep } from 'node:timers/promises';
import { loadCpus, pin } from '#bench/harness/cpus.ts';
import { progress, rounds } from '#bench/harness/progress.ts';
import type { Result, Row } from '#bench/harness/report.ts';
import { median } from '#bench/harness/statistics.ts';
import { BareRelay } from './BareRelay.ts';
import { CoViewRelay } from './CoViewRelay.ts';
import { type Certificate, newCertificate } from './dtls.ts';
import { Scene, type SceneShape } from './Scene.ts';
import { PACKET_BYTES } from './ScreenStream.ts';

const WINDOW_MS = 2_000;
/** A B B A, so many times on one pair of workers. */
const QUADS = 3;
/** More than this share of packets lost, and a window tells of something else: it is measured again. */
const MAX_LOSS = 0.01;
const TRIES = 15;
const PAUSE_MS = 2_000;

const scenes: Record<string, SceneShape> = {
  '1 room, 50 viewers': { rooms: 1, viewers: 50, packetsPerSecond: 400 },
  '20 rooms, 1 viewer each': { rooms: 20, viewers: 1, packetsPerSecond: 200 },
};

type Window = { perPacket: number; packetsOut: number; lost: number };
type Samples = Record<'coview' | 'bare', Window[]>;

/** What a forwarded packet costs in CoView's rooms, beside mediasoup alone. */
export async function forward(): Promise<Result> {
  pin(process.pid, loadCpus);
  const certificate = newCertificate();
  const rows: Row[] = [];
  const samples: Record<string, Samples> = {};
  const count = rounds(5);
  try {
    for (const [name, shape] of Object.entries(scenes)) {
      const of: Samples = { coview: [], bare: [] };
      for (let round = 0; round < count; round++) {
        progress(`forward, ${name}, round ${round + 1} of ${count}`);
        await measure(shape, certificate, of);
      }
      rows.push(rowOf(name, of));
      samples[name] = of;
    }
  } finally {
    certificate.forget();
  }
  return {
    name: 'forward',
    baseline: 'bare mediasoup',
    rows,
    notes: [
      `Processor time of the media worker for each RTP packet of ${PACKET_BYTES} bytes that reached a viewer; medians of ${2 * QUADS * count} windows of ${WINDOW_MS / 1000} s, fed in turn (A B B A), on ${count} fresh pairs of workers. The ratio is the median of those of each A B B A.`,
      'Sender and viewers are real WebRTC endpoints without a browser (ICE, DTLS by OpenSSL, SRTP AES-128-GCM), so that CoView’s rooms are used through the very verbs of a call and no encoder decides what is sent. The sender’s VP8 stream has Chromium’s header extensions; 400 packets a second are about 30 pictures (200 with twenty rooms).',
      'Viewers send no RTCP, on both sides alike. The bare side: same worker program, codecs, one WebRtcServer, transports and paused consumers that are resumed; everything else as mediasoup comes.',
    ],
    samples,
  };
}

/** One fresh pair of relays, fed in turn. */
async function measure(shape: SceneShape, certificate: Certificate, samples: Samples): Promise<void> {
  const relays = { coview: await CoViewRelay.start(), bare: await BareRelay.start() };
  try {
    const set = {
      coview: await Scene.set(relays.coview, shape, certificate),
      bare: await Scene.set(relays.bare, shape, certificate),
    };
    for (let quad = 0; quad < QUADS; quad++) {
      for (const side of ['coview', 'bare', 'bare', 'coview'] as const) {
        samples[side].push(await window(set[side], side));
      }
    }
    set.coview.close();
    set.bare.close();
  } finally {
    relays.coview.close();
    relays.bare.close();
  }
}

async function window(scene: Scene, side: string): Promise<Window> {
  for (let tries = 1; ; tries++) {
    const measured = await scene.run(WINDOW_MS);
    if (measured.lost <= MAX_LOSS * measured.packetsOut) return measured;
    progress(`${side} lost ${measured.lost} of ${measured.packetsOut} packets`);
    if (tries === TRIES) throw new Error('this machine is too busy to keep up with the packets; try when it is idle');
    await sleep(PAUSE_MS);
  }
}

function rowOf(name: string, { coview, bare }: Samples): Row {
  const of = (windows: readonly Window[]) => windows.map(({ perPacket }) => perPacket);
  const two = (windows: readonly Window[], at: number) =>
    of(windows.slice(at, at + 2)).reduce((sum, one) => sum + one, 0);
  const ratios: number[] = [];
  for (let at = 0; at < coview.length; at += 2) ratios.push(two(coview, at) / two(bare, at));
  return {
    figure: name,
    unit: 'µs/packet out',
    coview: median(of(coview)),
    baseline: median(of(bare)),
    ratio: median(ratios),
    limit: { times: 1.05 },
  };
}
