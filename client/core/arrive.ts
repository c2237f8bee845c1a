/** What is in the browser's cache, or on its way there, by address. */
const arriving = new Map<string, Promise<unknown>>();
/** The page wraps `fetch`, or its policy has the server for scripts alone. */
let isWayBarred = false;
let preloads = 0;

/**
 * Resolves when this script has come. Only then may it be imported: most browsers remember that an import failed, and
 * fail again without asking (HTML's module map, until 2026).
 */
export function arrive(href: string): Promise<unknown> {
  const known = arriving.get(href);
  if (known) return known;
  const coming = bring(href);
  arriving.set(href, coming);
  coming.catch(() => arriving.delete(href));
  return coming;
}

async function bring(href: string): Promise<unknown> {
  const answer = isWayBarred ? undefined : await fetch(href).catch(() => undefined);
  if (answer?.ok) return answer.arrayBuffer();
  if (answer && answer.status >= 400) throw new Error(`${href}: ${answer.status}`);
  await preload(href);
  isWayBarred = true;
  return undefined;
}

/** Never the same address twice: browsers remember that a preload failed, too, and would not import what it names. */
function preload(href: string): Promise<unknown> {
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'script', crossOrigin: '', href: `${href}?${preloads++}` });
  const coming = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error(`${href} did not come.`));
  });
  document.head.append(link);
  return coming.finally(() => link.remove());
}
