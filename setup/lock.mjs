import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { kill, pid, stdout } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = '.cache';
const file = `${folder}/setup.lock`;

/** Runs `work` while no other set-up of this checkout does, as with npm start and npm test side by side. */
export async function alone(work) {
  for (let waited = 0; !take(); waited += 1) {
    if (waited === 0) {
      stdout.write(`[set-up] Waiting for another set-up to end (if none runs, delete ${file})\n`);
    }
    await sleep(300);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take() {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, String(pid), { flag: 'wx' });
    return true;
  } catch (error) {
    // In a read-only checkout there is nothing that two could spoil.
    if (error.code !== 'EEXIST') return true;
    if (lives(Number(readOwner()))) return false;
    rmSync(file, { force: true });
    return take();
  }
}

function readOwner() {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Signal 0 only asks whether the process exists. An owner that has not yet written its id counts as alive. */
function lives(owner) {
  if (owner === pid) return false;
  if (!owner) return true;
  try {
    return kill(owner, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
