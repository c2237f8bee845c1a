import { arrive } from './arrive.ts';

/**
 * Imports a part of the bundle once it can be; a failure counts for this time only. Which files it takes, the text of the
 * function says: the build writes what a module imports at once beside its name.
 */
export async function load<Part>(part: () => Promise<Part>): Promise<Part> {
  const files = String(part).match(/[\w-]+-[\w-]{8}\.js/g) ?? [];
  await Promise.all(files.map((file) => arrive(new URL(file, import.meta.url).href)));
  return part();
}
