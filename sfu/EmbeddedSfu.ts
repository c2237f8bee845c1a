import { availableParallelism } from 'node:os';
import { setLogEventListeners } from 'mediasoup';
import { CvError } from '#protocol/errors.ts';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities } from '#protocol/rtp.ts';
import type { PeerId, ProduceOptions, RoomId, Sfu, SfuEvents } from '#protocol/Sfu.ts';
import { routerCapabilities } from './codecs.ts';
import { Emitter } from './Emitter.ts';
import type { ListenAddress } from './listen.ts';
import { MediaRoom } from './MediaRoom.ts';
import { MediaWorker } from './MediaWorker.ts';
import { WorkerSlot } from './WorkerSlot.ts';

export type SfuLog = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;

export interface EmbeddedSfuOptions {
  /** Worker processes; one per core unless given. */
  workers?: number;
  /** See `listenAddresses`. */
  listen: readonly ListenAddress[];
  /** The first worker's UDP and TCP port; worker i takes port + i. 0: each picks a free one. */
  port: number;
  log?: SfuLog;
  /** The engine's worker program, where it is not in mediasoup's own place. */
  workerBin?: string;
}

export interface WorkerStats {
  pid: number;
  rooms: number;
  transports: number;
  /** Processor time so far, in milliseconds. */
  cpuMs: number;
}

/** How long a worker is waited for that only has to count, in milliseconds. */
const ANSWER_MS = 1_000;

/** The media relay in worker processes of this machine. */
export class EmbeddedSfu implements Sfu {
  readonly #slots: WorkerSlot[] = [];
  readonly #rooms = new Map<RoomId, { room: MediaRoom; slot: WorkerSlot }>();
  /** Gone with a worker, and not told yet. */
  readonly #lost = new Set<RoomId>();
  readonly #events: Emitter<SfuEvents>;
  readonly #log: SfuLog;
  #closed = false;

  /** Rejects with UNAVAILABLE if a worker does not start or its port is taken; nothing is left running then. */
  static async create(options: EmbeddedSfuOptions): Promise<EmbeddedSfu> {
    const sfu = new EmbeddedSfu(options.log ?? (() => {}));
    const count = options.workers ?? availableParallelism();
    await sfu.#start(
      Array.from({ length: count }, (_, i) => options.port && options.port + i),
      options,
    );
    return sfu;
  }

  private constructor(log: SfuLog) {
    this.#log = log;
    this.#events = new Emitter((error) => log('error', 'a listener to the media server threw', { err: error }));
  }

  get workerPids(): number[] {
    return this.#slots.flatMap(({ worker }) => worker?.pid ?? []);
  }

  /** For metrics; a worker that does not say, because it dies or hangs, is left out. */
  async stats(): Promise<{ workers: WorkerStats[] }> {
    const asked = this.#slots.map(async ({ worker, rooms }) => {
      const cpuMs = worker && (await within(ANSWER_MS, worker.cpuMs()));
      if (!worker || cpuMs === undefined) return [];
      const transports = [...rooms].reduce((sum, room) => sum + room.transports, 0);
      return [{ pid: worker.pid, rooms: rooms.size, transports, cpuMs }];
    });
    return { workers: (await Promise.all(asked)).flat() };
  }

  async capabilities(): Promise<RtpCapabilities> {
    return structuredClone(routerCapabilities);
  }

  ready(): boolean {
    return this.#slots.some(({ worker }) => worker);
  }

  async openRoom(roomId: RoomId): Promise<void> {
    const room = this.#rooms.get(roomId)?.room ?? this.#newRoom(roomId);
    try {
      await room.opened();
    } catch (error) {
      this.#forget(room);
      throw error;
    }
  }

  closeRoom(roomId: RoomId): void {
    this.#lost.delete(roomId);
    const room = this.#rooms.get(roomId)?.room;
    if (room) this.#forget(room);
  }

  async createTransport(roomId: RoomId, peerId: PeerId): Promise<TransportInfo> {
    return this.#room(roomId).createTransport(peerId);
  }

  closePeer(roomId: RoomId, peerId: PeerId): void {
    this.#rooms.get(roomId)?.room.closePeer(peerId);
  }

  async connectTransport(roomId: RoomId, transportId: TransportId, dtls: DtlsParameters): Promise<void> {
    return this.#room(roomId).connectTransport(transportId, dtls);
  }

  async produce(roomId: RoomId, peerId: PeerId, options: ProduceOptions): Promise<ProducerId> {
    return this.#room(roomId).produce(peerId, options);
  }

  producers(roomId: RoomId, exceptPeer: PeerId): readonly ProducerId[] {
    return this.#room(roomId).producers(exceptPeer);
  }

  async consume(
    roomId: RoomId,
    peerId: PeerId,
    producerId: ProducerId,
    capabilities: RtpCapabilities,
  ): Promise<ConsumerInfo | undefined> {
    return this.#room(roomId).consume(peerId, producerId, capabilities);
  }

  async resume(roomId: RoomId, peerId: PeerId, consumerId: ConsumerId): Promise<void> {
    return this.#room(roomId).resume(peerId, consumerId);
  }

  on<E extends keyof SfuEvents>(event: E, listener: SfuEvents[E]): () => void {
    return this.#events.on(event, listener);
  }

  close(): void {
    this.#closed = true;
    this.#events.close();
    this.#rooms.clear();
    this.#lost.clear();
    for (const slot of this.#slots) slot.close();
  }

  async #start(ports: readonly number[], options: EmbeddedSfuOptions): Promise<void> {
    const { listen, workerBin } = options;
    // The engine has one log for the whole process.
    setLogEventListeners({ onerror: (source, message) => this.#log('error', message, { source }) });
    const started = await Promise.allSettled(
      ports.map((port) => this.#newSlot(() => MediaWorker.create({ listen, port, workerBin }))),
    );
    const slots = started.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      for (const slot of slots) slot.close();
      throw failed.reason;
    }
    this.#slots.push(...slots);
  }

  #newSlot(spawn: () => Promise<MediaWorker>): Promise<WorkerSlot> {
    return WorkerSlot.create(spawn, {
      onUp: ({ pid }) => this.#log('info', 'media worker started', { worker: pid }),
      onDown: (error, rooms, retried) => void this.#lose(error, rooms, retried),
      onRespawnFailed: (error) => this.#log('error', 'media worker does not start', { err: error }),
    });
  }

  /**
   * Tells of lost rooms when they can be opened again: at once if another worker lives, else after the respawn that
   * is under way, and without waiting further if that fails.
   */
  async #lose(error: unknown, rooms: readonly MediaRoom[], retried: Promise<void>): Promise<void> {
    this.#log('error', 'media worker died', { err: error, rooms: rooms.length });
    for (const { id, isOpen } of rooms) {
      this.#rooms.delete(id);
      if (isOpen) this.#lost.add(id); // who was still opening it has its answer from openRoom
    }
    if (!this.ready()) await retried;
    for (const { id } of rooms) if (this.#lost.delete(id)) this.#events.emit('roomLost', id);
  }

  #newRoom(roomId: RoomId): MediaRoom {
    const [slot] = this.#slots.filter(({ worker }) => worker).sort((a, b) => a.load - b.load);
    if (!slot?.worker || this.#closed) throw new CvError('UNAVAILABLE', 'no media worker is running');
    const room = MediaRoom.create(roomId, slot.worker, (peerId, consumerId) =>
      this.#events.emit('consumerClosed', roomId, peerId, consumerId),
    );
    this.#lost.delete(roomId);
    slot.rooms.add(room);
    this.#rooms.set(roomId, { room, slot });
    return room;
  }

  #forget(room: MediaRoom): void {
    room.close();
    const entry = this.#rooms.get(room.id);
    if (entry?.room !== room) return;
    this.#rooms.delete(room.id);
    entry.slot.rooms.delete(room);
  }

  #room(roomId: RoomId): MediaRoom {
    const entry = this.#rooms.get(roomId);
    if (entry) return entry.room;
    if (!this.ready()) throw new CvError('UNAVAILABLE', 'no media worker is running');
    throw new CvError('NOT_FOUND', 'no such room');
  }
}

/** Undefined if there is no answer by then, or none at all. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
