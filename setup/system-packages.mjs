import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { command, newLog } from './command.mjs';
import { SetupError } from './SetupError.mjs';
import { step } from './step.mjs';

/**
 * Sees to it that Debian packages are installed: installs them as root, else says which to install.
 *
 * @param {string[]} names
 * @param {string} purpose completes "… needs Debian packages"
 * @param {string} otherwise the way out on a system without apt-get
 */
export async function needSystemPackages(names, purpose, otherwise) {
  const missing = missingOf(names);
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (process.getuid?.() !== 0 || !exists('apt-get')) {
    throw new SetupError(
      `${purpose} needs system packages that are not installed: ${list}`,
      `Run: sudo apt-get update && sudo apt-get install -y ${list}\nThen run this again. ${otherwise}`,
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
  // A machine that has its package lists need not fetch them again.
  if (await apt('install', ...names)) return;
  if ((await apt('update')) && (await apt('install', ...names))) return;
  throw new SetupError(
    'apt-get could not install the packages.',
    `Find the reason in the log, make "apt-get install ${names.join(' ')}" work, then run this again.`,
    log,
  );
}

function missingOf(names) {
  const query = ['-W', '-f', '${Package} ${Status}\n', ...names];
  const { stdout } = spawnSync('dpkg-query', query, { encoding: 'utf8' });
  const installed = new Set((stdout ?? '').split('\n'));
  return names.filter((name) => !installed.has(`${name} install ok installed`));
}

function exists(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}
