import { once } from 'node:events';
import { observer } from 'mediasoup';
import type { Worker } from 'mediasoup/types';

export interface Process {
  worker: Worker;
  /** Resolves when the operating system has ended it. */
  ended: Promise<unknown>;
}

/** Every worker process that mediasoup starts from now on. */
export function watchProcesses(): { started: Process[]; stop: () => void } {
  const started: Process[] = [];
  const note = (worker: Worker) => void started.push({ worker, ended: once(worker, 'subprocessclose') });
  observer.on('newworker', note);
  return { started, stop: () => observer.off('newworker', note) };
}
