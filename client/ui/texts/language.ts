/** `auto`, or a language tag as in `en`, `pt-BR` or `zh-Hant`. */
export type Language = string;

/**
 * The first letters of a language with its script, `zh-Hant`: Taiwan writes another Chinese than China, though neither
 * browser says so.
 */
function begin(tag: string, letters: number): string {
  let written = `${tag}-`;
  try {
    written = `${new Intl.Locale(tag).maximize()}`;
  } catch {}
  return written.slice(0, letters);
}

/** English or German, what is built in everywhere: `auto` follows the browser; whatever is not German reads English. */
export function chosenLanguage(language: Language): 'en' | 'de' {
  return /^de\b/i.test(language === 'auto' ? navigator.language : language) ? 'de' : 'en';
}

/**
 * Of what is built in or offered, what is for no region before what is, the language wanted first; English if there is
 * none of those wanted.
 */
export function offeredLanguage(language: Language, offered: readonly string[] = []): string {
  const all = ['en', 'de', ...offered];
  for (const wanted of language === 'auto' ? navigator.languages : [language]) {
    // `zh-Hant`, then `zh-`: a language has two letters or three.
    const alike = (letters: number) => all.find((tag) => begin(tag, letters) === begin(wanted, letters));
    const found = all.find((tag) => tag === wanted) ?? alike(7) ?? alike(3);
    if (found) return found;
  }
  return 'en';
}
