import { CvError } from '#protocol/errors.ts';
import { arrive } from './arrive.ts';

/** Imports a part of the bundle once it can be, else UNAVAILABLE for this time. Which files, the function's text says. */
export async function load<Part>(part: () => Promise<Part>): Promise<Part> {
  const files = String(part).match(/\.\/[\w-]+\.js/g) ?? [];
  await Promise.all(files.map((file) => arrive(new URL(file, import.meta.url).href))).catch((cause) => {
    throw new CvError('UNAVAILABLE', 'CoView could not be loaded; check the network.', { cause });
  });
  return part();
}
