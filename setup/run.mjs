// What runs before anything is installed, on the system's own Node (18 or later): built-in modules only.
import { argv, chdir, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildBundle } from './bundle.mjs';
import { provideChromium } from './chromium.mjs';
import { gist } from './command.mjs';
import { alone } from './lock.mjs';
import { installPackages } from './packages.mjs';
import { SetupError } from './SetupError.mjs';
import { provideWorker } from './worker.mjs';

/** Every step does nothing where there is nothing to do, so each mode runs before each npm script. */
const modes = {
  start: [installPackages, provideWorker, buildBundle],
  test: [installPackages, provideWorker, provideChromium, buildBundle],
  check: [installPackages, buildBundle],
};

chdir(fileURLToPath(new URL('..', import.meta.url)));
try {
  const steps = modes[argv[2]];
  if (!steps) throw new SetupError('No such set-up.', `Run: node setup/run.mjs ${Object.keys(modes).join('|')}`);
  await alone(async () => {
    for (const step of steps) await step();
  });
} catch (error) {
  report(error);
  exit(1);
}

function report(error) {
  const lines = [`\n[set-up] ${error.message}`];
  if (error.cure) lines.push(`[set-up] What to do: ${error.cure}`);
  if (error.log) lines.push(`[set-up] The whole output is in ${error.log}. It says:`, gist(error.log));
  stderr.write(`${lines.join('\n')}\n\n`);
}
