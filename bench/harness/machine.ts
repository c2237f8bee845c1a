import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, type } from 'node:os';
import { canPin } from './cpus.ts';

const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  system: string;
  node: string;
  chromium: string;
  /** Runnable processes in the minute before the bench: above 0.5 others were at work, and the figures are noisy. */
  loadBefore: number;
  pinned: boolean;
}

export function describeMachine(): Machine {
  const chromium = spawnSync(chromiumPath, ['--version'], { encoding: 'utf8' });
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    system: systemName(),
    node: process.version,
    chromium: /[\d.]+/.exec(chromium.stdout ?? '')?.[0] ?? 'none',
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    pinned: canPin,
  };
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    return type();
  }
}
