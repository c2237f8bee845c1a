import type { AssetKind } from './kinds.ts';

const STRING = String.raw`"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'`;
const URL_TOKEN = String.raw`url\(\s*(?:${STRING}|(?:\\[\s\S]|[^"'()\\\s])*)\s*\)`;
const TOKENS = new RegExp(
  String.raw`\/\*[\s\S]*?(?:\*\/|$)|${URL_TOKEN}|${STRING}|@(?:import|namespace|font-face)(?![\w-])|(?:-webkit-)?image-set\(|[()[\]{};]`,
  'gi',
);
const HAS_ADDRESS = /url\(|@import|image-set\(/i;

/**
 * A style sheet with every address in it replaced. `address` is asked with what stands there, unescaped; an `@import` is
 * one of a style. Addresses within the page (`#id`) stay.
 */
export function rewriteCss(css: string, address: (url: string, kind: AssetKind) => string): string {
  if (!HAS_ADDRESS.test(css)) return css;
  /** What the next string or url() is: outside of statements nothing. */
  let statement: '' | '@import' | '@namespace' = '';
  /** Depth of brackets, and at which of them a font’s sources or a set of pictures began. */
  let depth = 0;
  let fontAt = -1;
  let setAt = -1;
  const replaced = (url: string, kind: AssetKind) =>
    url.startsWith('#') ? `url("${escaped(url)}")` : `url("${escaped(address(url, kind))}")`;
  return css.replace(TOKENS, (token) => {
    const first = token.charAt(0);
    if (first === '@') {
      if (token.toLowerCase() === '@font-face') fontAt = depth;
      else statement = token.toLowerCase() as typeof statement;
      return token;
    }
    if (token.length === 1) {
      if (token === ';') statement = '';
      if (/[([{]/.test(token)) depth += 1;
      if (/[)\]}]/.test(token)) {
        depth -= 1;
        if (depth <= fontAt) fontAt = -1;
        if (depth <= setAt) setAt = -1;
      }
      return token;
    }
    if (/image-set\($/i.test(token)) {
      if (setAt < 0) setAt = depth;
      depth += 1;
      return token;
    }
    const isUrl = /^url\(/i.test(token);
    const isString = first === '"' || first === "'";
    if (statement === '@namespace' || (!isUrl && !isString)) return token;
    if (statement === '@import') {
      statement = '';
      return replaced(addressIn(token), 'style');
    }
    if (isUrl) return replaced(addressIn(token), fontAt >= 0 ? 'font' : 'image');
    return setAt >= 0 && setAt === depth - 1 ? replaced(addressIn(token), 'image') : token;
  });
}

function addressIn(token: string): string {
  const inner = token.replace(/^url\(\s*/i, '');
  const bare = inner === token ? token : inner.replace(/\s*\)$/, '');
  const text = /^["']/.test(bare) ? bare.slice(1, -1) : bare;
  return text
    .replace(/\\(?:([0-9a-f]{1,6})\s?|(\n)|(.))/gis, (_, code?: string, line?: string, sign = '') =>
      code ? String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff)) : line ? '' : sign,
    )
    .trim();
}

const escaped = (url: string) => url.replace(/["\\\n]/g, (sign) => (sign === '\n' ? '' : `\\${sign}`));
