/** What each file that has arrived imports at once, by address. */
const imports = new Map<string, Promise<string[]>>();

/**
 * Resolves when this module, with all that it imports at once, is in the browser's cache. Only then may it be imported:
 * most browsers remember that an import failed, and fail again without asking (HTML's module map, until 2026).
 */
export async function arrive(url: string, asked = new Set<string>()): Promise<void> {
  if (asked.has(url)) return;
  asked.add(url);
  let next = imports.get(url);
  if (!next) {
    next = importsOf(url);
    imports.set(url, next);
    next.catch(() => imports.delete(url));
  }
  await Promise.all((await next).map((path) => arrive(new URL(path, url).href, asked)));
}

async function importsOf(url: string): Promise<string[]> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return Array.from((await answer.text()).matchAll(/(?:from|import)"(\.[^"]+)"/g), ([, path]) => path as string);
}
