/** Media features that hold at the visitor, as `hover:hover`; of those not named the other value holds. */
export type Features = ReadonlySet<string>;

const HOLDS = '(min-width:0)';
const FAILS = '(max-width:-1px)';
/** Of features that are told: the values that hold where no other does. */
const others = new Map([
  ['prefers-color-scheme', 'light'],
  ['prefers-reduced-motion', 'no-preference'],
  ['prefers-contrast', 'no-preference'],
  ['hover', 'none'],
  ['pointer', 'none'],
  ['any-hover', 'none'],
  ['any-pointer', 'none'],
]);

/** A media feature as something that holds or fails whatever the agent’s device and wishes are. */
export function featureIn(token: string, features: Features | undefined): string {
  const [, name = '', value] = /([-a-z]+)\s*(?::\s*([-a-z]+))?/.exec(token.toLowerCase()) ?? [];
  const other = others.get(name);
  if (!features || !other) return token;
  const isOther = ![...features].some((feature) => feature.startsWith(`${name}:`));
  const holds = value
    ? features.has(`${name}:${value}`) || (isOther && value === other)
    : other === 'light' || !isOther;
  return holds ? HOLDS : FAILS;
}

/** Of two color schemes that a page is made for, the one that the visitor has. */
export function schemeIn(text: string, features: Features | undefined): string {
  if (!features || !/\blight\b/i.test(text) || !/\bdark\b/i.test(text)) return text;
  const other = features.has('prefers-color-scheme:dark') ? /\blight\b/i : /\bdark\b/i;
  return text.replace(other, '');
}
