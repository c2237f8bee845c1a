import { type Features, featureIn, schemeIn } from './features.ts';

export interface CssAssets {
  /** The address of asset `n`, for now or for good. */
  url(n: number): string;
  /** The text of a style sheet; undefined while it is not there. */
  style(n: number): string | undefined;
  /** What holds at the visitor; undefined while nobody knows. */
  features?: Features | undefined;
}

const ESCAPE = String.raw`\\(?:[0-9a-fA-F]{1,6}[ \t\n]?|[^\n0-9a-fA-F])`;
const STRING = String.raw`"(?:[^"\\\n]|\\[^])*(?:"|\\?$|(?=\n))|'(?:[^'\\\n]|\\[^])*(?:'|\\?$|(?=\n))`;
/** Where a name may begin: `1url(` and `-url(` are other names. */
const BEGIN = String.raw`(?<![-\w])`;
const ESCAPED_NAME = String.raw`${BEGIN}[-\w]*${ESCAPE}(?:[-\w]|${ESCAPE})*\(?`;
const LOADING = String.raw`${BEGIN}(?:url|src|image|expression|(?:-webkit-|-moz-)?(?:image-set|cross-fade|image-rect))\(`;
/** Not after a pseudo-element, which no attribute may follow, nor in `(hover:hover)` or `(display-mode:fullscreen)`. */
const STATE = String.raw`:(?:hover|active|target|focus(?:-visible|-within)?|fullscreen|-webkit-full-screen|-moz-full-screen)(?![-\w(])(?<!(?:::[-\w]+(?:\([^()]*\))?|\((?:(?:any-)?hover|display-mode)|:):[-\w]+)`;
const HREF = String.raw`\[[ \t\n]*href(?=[ \t\n]*[~|^$*]?[=\]])|${BEGIN}attr\([ \t\n]*href(?![-\w])`;

/** What the visitor’s browser is asked for, and not the agent’s. */
const FEATURE = String.raw`(?<![-\w])\([ \t\n]*(?:prefers-[-a-z]+|(?:any-)?(?:hover|pointer))[ \t\n]*(?::[ \t\n]*[-a-z]+[ \t\n]*)?\)`;
const SCHEME = String.raw`${BEGIN}color-scheme[ \t\n]*:[a-z \t\n]*(?=[;}!]|$)`;

const RULES = new RegExp(
  String.raw`\/\*[^]*?(?:\*\/|$)|<!--|${STRING}|${ESCAPED_NAME}|\\$|@import(?![-\w])|${LOADING}|${STATE}|${HREF}|${FEATURE}|${SCHEME}`,
  'gi',
);
/** Within what takes strings as addresses, every function and bracket counts. */
const ADDRESSES = new RegExp(
  String.raw`\/\*[^]*?(?:\*\/|$)|<!--|${STRING}|${ESCAPED_NAME}|\\$|${BEGIN}[-\w]*\(|[)]`,
  'gi',
);
const UNQUOTED = /(?:[^)\\]|\\[\s\S])*(?:\)|\\?$)/y;
const QUOTED = new RegExp(String.raw`[ \t\n]*(${STRING})`, 'y');
/** Functions within `image-set()` whose value cannot be an address that was not seen here. */
const KNOWN = /^(url|type|calc|min|max|clamp|rgba?|hsla?|color|(repeating-)?(linear|radial|conic)-gradient)$/;
const IMPORT = /[ \t\n]*(?:url\([ \t\n]*)?["']?asset:(\d{1,9})["']?[ \t\n]*\)?[ \t\n]*([-\w \t\n(),:.<>=%/]*)(?:;|$)/iy;
const MAX_IMPORTS = 5;
/** What stands next is a name that looks like an address; as a string it is nothing else. */
const NAMESPACE = /@namespace[ \t\n]+(?:[-\w]+[ \t\n]+)?$/i;

/**
 * A style sheet, a rule or a value with nothing in it that loads from elsewhere: each address is one of the session’s
 * assets, a picture or font in itself, or within the document. States of a pointer, of the focus and of the screen
 * become attributes, so that they are the visitor’s and not the agent’s. What comes out may be put one after another:
 * nothing stays open.
 */
export function cleanCss(css: string, assets: CssAssets, imports = 0): string {
  const text = css.replace(/\r\n?|\f/g, '\n').replaceAll('\0', '\ufffd');
  let out = '';
  let at = 0;
  /** Brackets that are open in `image-set()` and its like. */
  let depth = 0;
  /** At which of them a `type("image/…")` began. */
  let typeAt = -1;
  for (;;) {
    const tokens = depth > 0 ? ADDRESSES : RULES;
    tokens.lastIndex = at;
    const found = tokens.exec(text);
    if (!found) return out + text.slice(at);
    const [token] = found;
    out += text.slice(at, found.index);
    at = found.index + token.length;
    const first = token.charAt(0);
    if (token.startsWith('/*')) out += '/**/';
    else if (first === '<') out += ' ';
    else if (token === '\\') continue;
    else if (first === '"' || first === "'") {
      const isAddress = depth > 0 && typeAt < 0;
      out += isAddress ? safeUrl(unescaped(token), assets) : closed(token);
    } else if (token === ')') {
      depth--;
      if (depth <= typeAt) typeAt = -1;
      out += token;
    } else if (first === '(' && depth === 0) out += featureIn(token, assets.features);
    else if (depth === 0 && /^color-scheme[ \t\n]*:/i.test(token)) out += schemeIn(token, assets.features);
    else if (first === ':') out += states[token.slice(1).toLowerCase()] ?? token;
    else if (first === '[') out += '[cv-href';
    else if (/^attr\(/i.test(token) && depth === 0) out += 'attr(cv-href';
    else if (isImport(token, text.charAt(found.index - 1))) {
      if (first !== '@') out = out.slice(0, -1);
      IMPORT.lastIndex = at;
      const [all = '', n, prelude = ''] = IMPORT.exec(text) ?? [];
      at += all.length;
      out += n && imports < MAX_IMPORTS ? imported(assets.style(Number(n)), prelude, assets, imports) : '@cv-import ';
    } else if (!token.endsWith('(')) out += token;
    else {
      const name = unescaped(token.slice(0, -1)).toLowerCase();
      if (name === 'url') {
        const [address, end] = addressAt(text, at);
        if (depth === 0 && NAMESPACE.test(out.slice(-100))) {
          out += quoted(address);
          at = end + (text[end - 1] === ')' ? 0 : (/^[ \t\n]*\)/.exec(text.slice(end, end + 20))?.[0].length ?? 0));
          continue;
        }
        out += `url(${safeUrl(address, assets)}`;
        at = end;
        // Where it was quoted, its bracket and perhaps more is still to come.
        if (text[end - 1] === ')' || end >= text.length) out += ')';
        else if (depth > 0) depth++;
      } else if (isLoading(name)) {
        depth++;
        out += token;
      } else if (name === 'expression') out += 'cv-none(';
      else if (depth > 0) {
        depth++;
        if (name === 'type' && typeAt < 0) typeAt = depth - 1;
        out += name === '' || KNOWN.test(name) ? token : 'cv-none(';
      } else out += token;
    }
  }
}

const isLoading = (name: string) => /^(-webkit-|-moz-)?(image-set|cross-fade|image-rect|image|src)$/.test(name);

const isImport = (token: string, before: string) =>
  /^@import$/i.test(token) || (before === '@' && unescaped(token).toLowerCase() === 'import');

const states: Readonly<Record<string, string>> = {
  hover: '[cv-hover]',
  active: '[cv-active]',
  target: '[cv-target]',
  focus: '[cv-focus]',
  'focus-visible': '[cv-focus=visible]',
  'focus-within': '[cv-within]',
  fullscreen: '[cv-fullscreen]',
  '-webkit-full-screen': '[cv-fullscreen]',
  '-moz-full-screen': '[cv-fullscreen]',
};

/** What stands after `url(`, and where that ends: behind its bracket, or, if it is a string, behind the string. */
function addressAt(text: string, at: number): [address: string, end: number] {
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(text);
  if (quoted) {
    const end = at + quoted[0].length;
    return [unescaped(quoted[1] ?? ''), end];
  }
  UNQUOTED.lastIndex = at;
  const [bare = ''] = UNQUOTED.exec(text) ?? [];
  return [unescaped(bare.replace(/\)$/, '').trim()), at + bare.length];
}

function safeUrl(address: string, assets: CssAssets): string {
  const n = /^asset:(\d{1,9})$/i.exec(address)?.[1];
  return quoted(n ? assets.url(Number(n)) : isSelfContained(address) ? address : 'data:,');
}

/** Fonts and pictures in the address itself, and what is within the document. */
export const isSelfContained = (address: string): boolean =>
  /^#/.test(address) ||
  /^data:(image\/(png|jpe?g|gif|webp|avif|bmp|(vnd\.microsoft|x)\.?-?icon|svg\+xml)|(application\/(x-)?)?font[\w./-]*|application\/octet-stream)[;,]/i.test(
    address,
  );

const quoted = (text: string): string =>
  `"${text.replace(/["\\\n]/g, (sign) => `\\${sign.charCodeAt(0).toString(16)} `)}"`;

/** A string that has its end, whatever it had. */
function closed(token: string): string {
  const quote = token.charAt(0);
  const isWhole = token.length > 1 && token.endsWith(quote);
  return isWhole ? token : token.replace(/\\$/, '') + quote;
}

function unescaped(token: string): string {
  const text = /^["']/.test(token) ? closed(token).slice(1, -1) : token;
  return text.replace(
    /\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(\n)|([\s\S])|$)/g,
    (_, code?: string, line?: string, sign = '') => (code ? character(Number.parseInt(code, 16)) : line ? '' : sign),
  );
}

const character = (code: number): string =>
  code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);

/** An import’s text in its place, under its own conditions. */
function imported(css: string | undefined, prelude: string, assets: CssAssets, imports: number): string {
  if (css === undefined) return '';
  let inner = cleanCss(css.replace(/^\ufeff?@charset[^;]*;/i, ''), assets, imports + 1);
  const [, layer, supports, media = ''] =
    /^(layer(?:\([-\w.]+\))?)?\s*(supports\([-\w\s:.%]+\))?\s*(.*)$/is.exec(prelude.trim()) ?? [];
  if (media) inner = `@media ${media}{${inner}\n}`;
  if (supports) inner = `@${supports.replace('(', ' (')}{${inner}\n}`;
  if (layer) inner = `@layer ${layer.replace(/^layer\(?|\)$/gi, '')}{${inner}\n}`;
  return inner;
}
