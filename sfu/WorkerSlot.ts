import type { MediaRoom } from './MediaRoom.ts';
import type { MediaWorker } from './MediaWorker.ts';

/** Waits before the first, second, … respawn in a row, in milliseconds; the last one goes on for ever. */
const RESPAWN_AFTER_MS = [0, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A worker that lived this long starts the row anew. */
const STABLE_MS = 60_000;
/** A room will soon have a transport for the visitor and one for the agent, so it weighs that from the start. */
const ROOM_WEIGHT = 2;

export interface WorkerSlotHooks {
  onUp(worker: MediaWorker): void;
  /**
   * `rooms` are gone with the worker. `retried` settles once a respawn that is under way came out, and at once if
   * the next one has to wait.
   */
  onDown(error: unknown, rooms: readonly MediaRoom[], retried: Promise<void>): void;
  onRespawnFailed(error: unknown): void;
}

/** A place for one worker, which is filled again whenever the worker dies. */
export class WorkerSlot {
  readonly rooms = new Set<MediaRoom>();
  readonly #spawn: () => Promise<MediaWorker>;
  readonly #hooks: WorkerSlotHooks;
  #worker: MediaWorker | undefined;
  #upSince = 0;
  #deathsInARow = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  static async create(spawn: () => Promise<MediaWorker>, hooks: WorkerSlotHooks): Promise<WorkerSlot> {
    const slot = new WorkerSlot(spawn, hooks);
    slot.#adopt(await spawn());
    return slot;
  }

  private constructor(spawn: () => Promise<MediaWorker>, hooks: WorkerSlotHooks) {
    this.#spawn = spawn;
    this.#hooks = hooks;
  }

  /** Undefined between a worker's death and its successor's birth. */
  get worker(): MediaWorker | undefined {
    return this.#worker;
  }

  get load(): number {
    return [...this.rooms].reduce((sum, room) => sum + Math.max(ROOM_WEIGHT, room.transports), 0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const room of this.rooms) room.close();
    this.rooms.clear();
    this.#worker?.close();
    this.#worker = undefined;
  }

  #adopt(worker: MediaWorker): void {
    this.#worker = worker;
    this.#upSince = performance.now();
    worker.onDied((error) => {
      this.#worker = undefined;
      if (performance.now() - this.#upSince > STABLE_MS) this.#deathsInARow = 0;
      const rooms = [...this.rooms];
      this.rooms.clear();
      this.#hooks.onDown(error, rooms, this.#respawn());
    });
    this.#hooks.onUp(worker);
  }

  async #respawn(): Promise<void> {
    const wait = RESPAWN_AFTER_MS[Math.min(this.#deathsInARow++, RESPAWN_AFTER_MS.length - 1)] ?? 0;
    if (wait === 0) await this.#start();
    else this.#timer = setTimeout(() => void this.#start(), wait);
  }

  async #start(): Promise<void> {
    try {
      const worker = await this.#spawn();
      if (this.#closed) worker.close();
      else this.#adopt(worker);
    } catch (error) {
      if (this.#closed) return;
      this.#hooks.onRespawnFailed(error);
      void this.#respawn();
    }
  }
}
