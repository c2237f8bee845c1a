import { existsSync } from 'node:fs';
import { env } from 'node:process';
import { SetupError } from './SetupError.mjs';
import { needSystemPackages } from './system-packages.mjs';

const debianChromium = '/usr/bin/chromium';

/** The browser tests drive a Chromium that the system brings; nothing is downloaded for them. */
export async function provideChromium() {
  const chosen = env.CHROMIUM_PATH;
  if (chosen && !existsSync(chosen)) {
    throw new SetupError(
      `CHROMIUM_PATH names a file that does not exist: ${chosen}`,
      "Set it to a Chromium or Chrome program, or unset it to use the system's Chromium.",
    );
  }
  if (chosen || existsSync(debianChromium)) return;
  const otherwise = 'Or set CHROMIUM_PATH to a Chromium or Chrome program.';
  await needSystemPackages(['chromium'], 'the browser tests', otherwise);
  if (existsSync(debianChromium)) return;
  throw new SetupError(`The package chromium did not bring ${debianChromium}.`, otherwise);
}
