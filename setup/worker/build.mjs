import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { platform } from 'node:process';
import { command, newLog } from '../command.mjs';
import { SetupError } from '../SetupError.mjs';
import { step } from '../step.mjs';
import { needSystemPackages } from '../system-packages.mjs';
import { mediasoupVersion, place, workerName, workerSource } from '../worker-path.mjs';
import { debianPackages, edits, mesonOptions } from './recipe/edits.mjs';

const otherwise = 'On a system other than Debian or Ubuntu, set MEDIASOUP_WORKER_BIN to a mediasoup-worker program.';
/** One compiler per core, as long as each has a gigabyte. */
const jobs = Math.max(1, Math.min(cpus().length, Math.floor(totalmem() / 2 ** 30)));
/** Measured: 3.5 to 4.7 minutes on 2 cores. */
const minutes = Math.ceil(9 / jobs);

/** Builds the worker from the source in mediasoup's npm package against the system's libraries. */
export async function buildWorker(target) {
  await needSystemPackages(platform === 'linux' ? debianPackages : [], 'building the media worker', otherwise);
  await step(
    `Building the media worker from source, about ${minutes} min, once per machine and mediasoup version`,
    async (progress) => {
      const folder = mkdtempSync(join(tmpdir(), 'coview-worker-'));
      try {
        prepareSource(folder);
        await compile(folder, progress);
        place(join(folder, 'build', workerName), target);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
}

function prepareSource(folder) {
  cpSync(workerSource, folder, { recursive: true });
  const subprojects = join(folder, 'subprojects');
  for (const name of readdirSync(subprojects)) {
    if (name.endsWith('.wrap')) rmSync(join(subprojects, name));
  }
  cpSync('setup/worker/recipe/subprojects', subprojects, { recursive: true });
  for (const { file, from, to } of edits) edit(join(folder, file), from, to);
}

function edit(path, from, to) {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) {
    throw new SetupError(
      `The build recipe does not fit mediasoup ${mediasoupVersion()}: "${from}" is not in its source.`,
      'Bring setup/worker/recipe up to this version, or set MEDIASOUP_WORKER_BIN.',
    );
  }
  writeFileSync(path, text.replace(from, to));
}

async function compile(cwd, progress) {
  const log = newLog('worker-build');
  const done =
    (await command(log, ['meson', 'setup', ...mesonOptions, 'build'], { cwd })) &&
    (await command(log, ['nice', 'ninja', '-C', 'build', `-j${jobs}`, 'mediasoup-worker'], {
      cwd,
      onText: tenths(progress),
    }));
  if (done) return;
  throw new SetupError(
    'The media worker does not build on this system.',
    'Make the release page of mediasoup on github.com reachable, which has it ready-made,\nor set MEDIASOUP_WORKER_BIN to a mediasoup-worker program.',
    log,
  );
}

/** Folds ninja's "[12/261] …" lines to one word every tenth of the way. */
function tenths(progress) {
  let told = 0;
  return (text) => {
    for (const [, n, of] of text.matchAll(/^\[(\d+)\/(\d+)\]/gm)) {
      const tenth = Math.floor((10 * n) / of);
      if (tenth <= told) continue;
      told = tenth;
      progress(`${tenth}0 %`);
    }
  };
}
