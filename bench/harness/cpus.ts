import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const count = availableParallelism();

/** Servers have the first core for themselves, whatever loads them has the others. */
export const serverCpus = '0';
export const loadCpus = count > 1 ? `1-${count - 1}` : '0';
export const allCpus = `0-${count - 1}`;

/** Without util-linux's taskset, or on one core, nothing is pinned, and the result says so. */
export const canPin = count > 1 && spawnSync('taskset', ['--version']).status === 0;

/** A command line that runs on these cores only. */
export function pinned(cpus: string, command: readonly string[]): string[] {
  return canPin ? ['taskset', '-c', cpus, ...command] : [...command];
}

/** Moves a running process with its threads; what it starts from now on follows. */
export function pin(pid: number, cpus: string): void {
  if (canPin) spawnSync('taskset', ['-acp', cpus, String(pid)]);
}
