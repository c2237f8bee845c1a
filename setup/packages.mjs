import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { command, newLog } from './command.mjs';
import { hashOf } from './hash.mjs';
import { SetupError } from './SetupError.mjs';
import { step } from './step.mjs';

const stampFile = 'node_modules/.coview-setup.json';
/** The npm package `node`: npm scripts find it on PATH before the system's. */
const projectNode = 'node_modules/node/bin/node';

/** Installs what package-lock.json says, once per version of that file. */
export async function installPackages() {
  const stamp = `${JSON.stringify({ lock: hashOf('package-lock.json'), platform, arch })}\n`;
  if (existsSync(stampFile)) {
    if (readFileSync(stampFile, 'utf8') === stamp) return;
    if (installedByHand()) return writeFileSync(stampFile, stamp);
  }
  await step('Installing packages (npm ci), about 30 s, only when package-lock.json changed', async () => {
    const log = newLog('npm');
    await npm(log, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
    // Old npm versions run every package's install script and new ones none but the approved.
    // Naming the approved ones makes all of them do the same.
    await npm(log, 'rebuild', ...approvedPackages());
    checkNode(log);
  });
  writeFileSync(stampFile, stamp);
}

/** After `npm install NAME` the lock is new but node_modules already holds all it asks for. */
function installedByHand() {
  const installed = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json')).every(
    ([path, { integrity, optional }]) => path === '' || optional || installed[path]?.integrity === integrity,
  );
}

function packagesIn(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

async function npm(log, ...words) {
  if (await command(log, ['npm', ...words])) return;
  const outOfStep = readFileSync(log, 'utf8').includes('EUSAGE');
  throw outOfStep
    ? new SetupError(
        'package-lock.json does not fit package.json, so npm ci refuses to install.',
        'Run "npm install" and commit package-lock.json.',
        log,
      )
    : new SetupError(
        `npm ${words[0]} failed.`,
        'Check that the npm registry is reachable and the disk has 1 GB free, then run this again.',
        log,
      );
}

/** The packages whose install scripts package.json approves and that this platform has. */
function approvedPackages() {
  const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.keys(allowScripts).filter((name) => allowScripts[name] && existsSync(`node_modules/${name}`));
}

function checkNode(log) {
  try {
    execFileSync(projectNode, ['--version'], { stdio: 'ignore' });
  } catch {
    throw new SetupError(
      `The Node that CoView runs on (the npm package "node") does not start on ${platform}-${arch}.`,
      'Use a 64-bit Linux with a current C library, such as Debian 12, or macOS.',
      log,
    );
  }
}
