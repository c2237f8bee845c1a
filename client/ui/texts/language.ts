/** `auto`, or a language tag as in `en` or `pt-BR`. */
export type Language = string;

const baseOf = (tag: string) => tag.toLowerCase().split('-')[0] ?? '';

/** English or German, what is built in everywhere: `auto` follows the browser; whatever is not German reads English. */
export function chosenLanguage(language: Language): 'en' | 'de' {
  return baseOf(language === 'auto' ? navigator.language : language) === 'de' ? 'de' : 'en';
}

/** Of what is built in or offered, the language wanted first; English if there is none of those wanted. */
export function offeredLanguage(language: Language, offered: readonly string[] = []): string {
  const all = ['en', 'de', ...offered];
  for (const wanted of language === 'auto' ? navigator.languages : [language]) {
    const found =
      all.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ??
      all.find((tag) => tag === baseOf(wanted)) ??
      all.find((tag) => baseOf(tag) === baseOf(wanted));
    if (found) return found;
  }
  return 'en';
}
