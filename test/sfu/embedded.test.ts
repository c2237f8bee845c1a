import { once } from 'node:events';
import { createWorker, observer } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mediaCodecs } from '#sfu/codecs.ts';
import { EmbeddedSfu, type EmbeddedSfuOptions } from '#sfu/EmbeddedSfu.ts';
import { Call } from './Call.ts';
import { dtls } from './chromium.ts';
import { sfuContract } from './contract.ts';
import { type Process, watchProcesses } from './processes.ts';

type LogFields = Parameters<NonNullable<EmbeddedSfuOptions['log']>>[2];

const local = [{ ip: '127.0.0.1' }];

sfuContract('EmbeddedSfu', () => EmbeddedSfu.create({ workers: 1, listen: local, port: 0 }));

describe('EmbeddedSfu', () => {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const step of undo.splice(0).reverse()) step();
  });

  function processes(): Process[] {
    const { started, stop } = watchProcesses();
    undo.push(stop);
    return started;
  }

  async function create(options: Partial<EmbeddedSfuOptions> = {}): Promise<EmbeddedSfu> {
    const sfu = await EmbeddedSfu.create({ workers: 1, listen: local, port: 0, ...options });
    undo.push(() => sfu.close());
    return sfu;
  }

  const lost = (sfu: EmbeddedSfu) =>
    new Promise<string>((resolve) => undo.push(sfu.on('roomLost', (roomId) => resolve(roomId))));

  /** Resolves with what is logged next under this message. */
  function logged(): { log: NonNullable<EmbeddedSfuOptions['log']>; next: (message: string) => Promise<LogFields> } {
    const waiting = new Map<string, (fields: LogFields) => void>();
    return {
      log: (_level, message, fields) => waiting.get(message)?.(fields),
      next: (message) => new Promise((resolve) => waiting.set(message, resolve)),
    };
  }

  function kill(pid: number | undefined, signal: NodeJS.Signals | 0 = 'SIGKILL'): void {
    // 0 would be all processes of this group, the tests' own among them.
    if (!pid) throw new Error('There is no such worker.');
    process.kill(pid, signal);
  }

  it('[SFU-18] spreads rooms over the workers, one on each port', async () => {
    const sfu = await create({ workers: 2 });
    for (const room of ['a', 'b', 'c', 'd']) await sfu.openRoom(room);
    const { workers } = await sfu.stats();
    expect(workers.map(({ rooms }) => rooms)).toEqual([2, 2]);
    expect(workers.map(({ pid }) => pid)).toEqual(sfu.workerPids);
    const ports = await Promise.all(['a', 'b', 'c', 'd'].map((room) => portsOf(sfu, room)));
    expect(new Set(ports.flat()).size).toBe(2);
    expect((await sfu.stats()).workers.map(({ transports }) => transports)).toEqual([2, 2]);
  });

  it('[SFU-18] a room that opens weighs on its worker from the first moment', async () => {
    const sfu = await create({ workers: 2 });
    await Promise.all(['a', 'b', 'c', 'd'].map((room) => sfu.openRoom(room)));
    expect((await sfu.stats()).workers.map(({ rooms }) => rooms)).toEqual([2, 2]);
  });

  it('[SFU-19] after a worker’s death tells of its rooms and of no other', async () => {
    const sfu = await create({ workers: 2 });
    const [first, second] = [await Call.open(sfu, 'first'), await Call.open(sfu, 'second')];
    const { producerId } = await second.share();
    await first.share();
    const told: string[] = [];
    sfu.on('roomLost', (roomId) => told.push(roomId));
    const gone = lost(sfu);
    const [doomed, living] = sfu.workerPids;
    kill(doomed);
    await gone;
    expect(told).toEqual(['first']);
    expect(sfu.ready()).toBe(true);
    expect(sfu.workerPids).toContain(living);
    expect(await second.watch(producerId)).toMatchObject({ producerId });
    await expect(sfu.createTransport('first', 'visitor')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sfu.openRoom('first');
    await first.share();
  });

  it('[SFU-20] with a single worker a lost room can be opened as soon as its loss is told', async () => {
    const sfu = await create();
    const call = await Call.open(sfu, 'room');
    await call.share();
    const [pid] = sfu.workerPids;
    const gone = lost(sfu);
    kill(pid);
    expect(await gone).toBe('room');
    await sfu.openRoom('room');
    await call.share();
    expect(sfu.workerPids).not.toContain(pid);
  });

  it('[SFU-20] tells nothing of a lost room that was closed in the meantime', async () => {
    const started = processes();
    const sfu = await create();
    const told: string[] = [];
    sfu.on('roomLost', (roomId) => told.push(roomId));
    for (const room of ['ended', 'goes on']) await sfu.openRoom(room);
    const [died, gone] = [once(started[0]?.worker as Worker, 'died'), lost(sfu)];
    kill(sfu.workerPids[0]);
    await died;
    sfu.closeRoom('ended');
    await gone;
    expect(told).toEqual(['goes on']);
  });

  it('[SFU-21] with no worker alive it is not ready and answers UNAVAILABLE', async () => {
    const started = processes();
    const sfu = await create();
    await sfu.openRoom('room');
    const died = once(started[0]?.worker as Worker, 'died');
    kill(sfu.workerPids[0]);
    await died;
    expect(sfu.ready()).toBe(false);
    expect(sfu.workerPids).toEqual([]);
    await expect(sfu.openRoom('another')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(sfu.createTransport('room', 'visitor')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await sfu.stats()).toEqual({ workers: [] });
  });

  it('[SFU-21] a request that a worker’s death cuts off answers UNAVAILABLE', async () => {
    const sfu = await create();
    await sfu.openRoom('room');
    kill(sfu.workerPids[0], 'SIGSTOP');
    const asked = sfu.createTransport('room', 'visitor');
    kill(sfu.workerPids[0]);
    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('[RUN-27] waits a second for the figures of a worker that hangs, then leaves it out', async () => {
    const sfu = await create({ workers: 1 });
    const [pid] = sfu.workerPids;
    if (!pid) throw new Error('There is no worker.');
    process.kill(pid, 'SIGSTOP');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    undo.push(() => vi.useRealTimers());
    const asked = sfu.stats();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await asked).toEqual({ workers: [] });
    process.kill(pid, 'SIGCONT');
    expect(await sfu.stats()).toMatchObject({ workers: [{ pid }] });
  });

  it('[SFU-22] respawns at once the first time, and after a wait the second', async () => {
    const { log, next } = logged();
    const started = () => next('media worker started').then((fields) => fields?.worker as number);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    undo.push(() => vi.useRealTimers());
    const timed = vi.spyOn(globalThis, 'setTimeout');
    undo.push(() => timed.mockRestore());
    const waits = () => timed.mock.calls.filter(([, ms]) => ms === 1_000).length;
    const sfu = await create({ log });
    const first = sfu.workerPids[0];
    const again = started();
    kill(first);
    const second = await again;
    expect(second).not.toBe(first);
    expect(waits()).toBe(0);
    const died = next('media worker died');
    const later = started();
    kill(second);
    await died;
    expect(waits()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([first, second]).not.toContain(await later);
  });

  it('[SFU-23] ends its processes when it closes, and starts no more', async () => {
    const started = processes();
    const sfu = await create({ workers: 2 });
    const died = once(started[0]?.worker as Worker, 'died');
    kill(started[0]?.worker.pid);
    await died;
    const respawned = once(observer, 'newworker');
    sfu.close();
    await respawned;
    expect(started).toHaveLength(3);
    await Promise.all(started.map(({ ended }) => ended));
    expect(sfu.workerPids).toEqual([]);
  });

  it('[SFU-23] ends a process that hangs', async () => {
    const started = processes();
    const sfu = await create();
    const [pid] = sfu.workerPids;
    kill(pid, 'SIGSTOP');
    sfu.close();
    await started.find(({ worker }) => worker.pid === pid)?.ended;
    expect(() => kill(pid, 0)).toThrow('ESRCH');
  });

  it('[SFU-24] leaves it to the process when it ends on a signal', async () => {
    const before = ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal));
    await create({ workers: 2 });
    expect(['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal))).toEqual(before);
  });

  it('[SFU-1] tells what the engine’s routers really take', async () => {
    const sfu = await create();
    const worker = await createWorker();
    undo.push(() => worker.close());
    const router = await worker.createRouter({ mediaCodecs });
    expect(await sfu.capabilities()).toEqual(router.rtpCapabilities);
  });

  it('[SFU-25] refuses to start without its program, and says which', async () => {
    const starting = EmbeddedSfu.create({ workers: 1, listen: local, port: 0, workerBin: '/bin/false' });
    await expect(starting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(starting).rejects.toThrow(/\/bin\/false/);
  });

  it('[SFU-26] a listener that throws disturbs neither the others nor the relay', async () => {
    const logged: string[] = [];
    const sfu = await create({ log: (_level, message) => logged.push(message) });
    sfu.on('roomLost', () => {
      throw new Error('from a listener');
    });
    await sfu.openRoom('room');
    const gone = lost(sfu);
    kill(sfu.workerPids[0]);
    await gone;
    expect(logged).toContain('a listener to the media server threw');
    await sfu.openRoom('room');
  });

  it('[SFU-3] closed rooms free what they held', async () => {
    const sfu = await create();
    for (let i = 0; i < 20; i++) {
      const call = await Call.open(sfu, `room-${i}`);
      const { transport, producerId } = await call.share();
      await expect(sfu.connectTransport(call.room, transport.id, dtls)).rejects.toMatchObject({ code: 'CONFLICT' });
      await call.watch(producerId);
      call.close();
    }
    expect((await sfu.stats()).workers).toMatchObject([{ rooms: 0, transports: 0 }]);
  });
});

async function portsOf(sfu: EmbeddedSfu, room: string): Promise<number[]> {
  const { iceCandidates } = await sfu.createTransport(room, 'visitor');
  return iceCandidates.map((candidate) => (candidate as { port: number }).port);
}
