import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { command, newLog } from './command.mjs';
import { SetupError } from './SetupError.mjs';
import { step } from './step.mjs';

/**
 * Sees to it that Debian packages are installed: installs them as root, else says which to install.
 *
 * @param {string[]} names
 * @param {string} purpose completes "packages for …"
 * @param {string} otherwise the way out on a system without apt-get
 */
export async function needSystemPackages(names, purpose, otherwise) {
  const missing = missingOf(names);
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (process.getuid?.() !== 0 || !exists('apt-get')) {
    throw new SetupError(
      `System packages are missing for ${purpose}: ${list}`,
      `Run "sudo apt-get update && sudo apt-get install -y ${list}", then run this again. ${otherwise}`,
    );
  }
  await step(`Installing Debian packages for ${purpose}, about 60 s: ${list}`, () => install(missing));
}

async function install(names) {
  const log = newLog('apt');
  const apt = (...words) =>
    command(log, ['apt-get', '-o', 'DPkg::Lock::Timeout=120', '-y', ...words], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  // Lists of an old image name old packages, or such as are gone; without new ones those will have to do.
  await apt('update');
  if (await apt('install', ...names)) return;
  throw new SetupError(
    'apt-get could not install the packages.',
    `Find the reason in the log, make "apt-get install ${names.join(' ')}" work, then run this again.`,
    log,
  );
}

function missingOf(names) {
  const { stdout } = spawnSync('dpkg', ['-s', ...names], { encoding: 'utf8' });
  const found = (stdout ?? '').matchAll(/^Package: (.+)\nStatus: install ok installed$/gm);
  const installed = new Set([...found].map(([, name]) => name));
  return names.filter((name) => !installed.has(name));
}

function exists(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}
