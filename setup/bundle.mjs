import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { command, newLog } from './command.mjs';
import { hashOf } from './hash.mjs';
import { SetupError } from './SetupError.mjs';
import { step } from './step.mjs';

const script = 'client/build.ts';
const stampFile = 'dist/.coview-build.json';

/** Builds the browser's bundles, once per version of their sources. */
export async function buildBundle() {
  if (!existsSync(script)) return;
  const stamp = `${JSON.stringify({ sources: hashOf('client', 'protocol', 'package-lock.json') })}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  await step('Building the browser bundles, about 10 s, only when client/ or protocol/ changed', async () => {
    const log = newLog('bundle');
    if (await command(log, ['node_modules/node/bin/node', script])) return;
    throw new SetupError(
      'The browser bundles do not build.',
      'Correct the source that the log names, then run this again.',
      log,
    );
  });
  writeFileSync(stampFile, stamp);
}
