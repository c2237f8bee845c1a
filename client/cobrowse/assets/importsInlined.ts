import { resolved } from './resolved.ts';
import { rewriteCss } from './rewriteCss.ts';

/** Imports within imports, at most. */
const DEEPEST = 5;
/** Imports of one style sheet with all that they import, at most. */
const MOST = 50;

const MARK = 'coview-import:';
const STATEMENT = new RegExp(String.raw`@import\s*url\("${MARK}(\d+)"\)([^;]*)(;|$)`, 'gi');

/**
 * A style sheet with its imports written out where they stood, so that it needs no other; addresses in them are made
 * absolute. `read` answers the text behind an address, or nothing.
 */
export async function importsInlined(
  css: string,
  base: string,
  read: (url: string) => Promise<string>,
): Promise<string> {
  const seen = new Set<string>();
  const inlined = async (text: string, at: string, depth: number): Promise<string> => {
    if (!/@import/i.test(text)) return text;
    const urls: string[] = [];
    const marked = rewriteCss(text, (url, kind) => (kind === 'style' ? `${MARK}${urls.push(url) - 1}` : url));
    const sheets = await Promise.all(urls.map((url) => imported(url, at, depth)));
    return marked.replace(STATEMENT, (_, index: string, conditions: string) =>
      wrapped(sheets[Number(index)] ?? '', conditions.trim()),
    );
  };
  const imported = async (url: string, at: string, depth: number): Promise<string> => {
    const address = resolved(url, at);
    if (!address || depth >= DEEPEST || seen.has(address) || seen.size >= MOST) return '';
    seen.add(address);
    const text = await inlined(await read(address), address, depth + 1);
    return rewriteCss(text, (inner) => resolved(inner, address) ?? '');
  };
  return inlined(css, base, 0);
}

/** `layer(name) supports(…) media` as the blocks that they mean. */
function wrapped(css: string, conditions: string): string {
  const text = css.replace(/@charset[^;]*;/gi, '');
  const layer = /^layer(?:\(([^)]*)\))?(?![\w-])\s*/i.exec(conditions);
  const rest = layer ? conditions.slice(layer[0].length) : conditions;
  const supports = /^supports\(((?:[^()]|\([^()]*\))*)\)\s*/i.exec(rest);
  const media = (supports ? rest.slice(supports[0].length) : rest).trim();
  let wrapped = text;
  if (media) wrapped = `@media ${media} {\n${wrapped}\n}`;
  if (supports) wrapped = `@supports (${supports[1]}) {\n${wrapped}\n}`;
  return layer ? `@layer ${layer[1] ?? ''} {\n${wrapped}\n}` : wrapped;
}
