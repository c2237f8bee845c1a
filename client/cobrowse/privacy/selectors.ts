/** Whether a browser understands all of it; `:is()` alone would forgive what it does not know. */
function understands(selector: string): boolean {
  try {
    document.createDocumentFragment().querySelector(selector);
  } catch {
    return false;
  }
  // In a condition nothing is forgiven, and what can never match an element (`::before`) is refused.
  return CSS.supports(`selector(:not(${selector}))`);
}

/** The rules as one selector; undefined if there are none. */
export function anyOf(selectors: readonly string[]): string | undefined {
  return selectors.filter(understands).join(', ') || undefined;
}

export const allUnderstood = (selectors: readonly string[]): boolean => selectors.every(understands);

/** Whether what it matches may depend on other elements than the one and those it stands in. */
export const looksAround = (selector: string): boolean =>
  /[+~]|:(has|nth|first|last|only|empty)/.test(unquoted(selector));

/** Whether it may depend on what the element stands in. */
export const looksUp = (selector: string): boolean =>
  /[\s>|]|:(lang|dir|enabled|disabled|read|host|scope)/.test(
    unquoted(selector).replace(/\s*,\s*|\[[^\]]*\]|^\s+|\s+$/g, ''),
  );

/** Attributes that a selector reads, in lower case. */
export function attributesIn(selector: string): string[] {
  const plain = unquoted(selector);
  const named = [...plain.matchAll(/\[\s*(?:[\w*-]*\|)?([\w-]+)/g)].map(([, name = '']) => name.toLowerCase());
  const states = [...plain.matchAll(/:([a-z-]+)/g)].flatMap(([, state = '']) => behind[state] ?? []);
  return [...named, ...states, ...(plain.includes('.') ? ['class'] : []), ...(plain.includes('#') ? ['id'] : [])];
}

const unquoted = (selector: string) => selector.replace(/"(?:\\.|[^"])*"|'(?:\\.|[^'])*'/g, '""');

/** Attributes that bring an element into a state. */
const behind: Readonly<Record<string, readonly string[]>> = {
  lang: ['lang'],
  dir: ['dir'],
  disabled: ['disabled'],
  enabled: ['disabled'],
  checked: ['checked'],
  required: ['required'],
  optional: ['required'],
  'read-only': ['readonly', 'disabled', 'contenteditable'],
  'read-write': ['readonly', 'disabled', 'contenteditable'],
  open: ['open'],
  link: ['href'],
  'any-link': ['href'],
};
