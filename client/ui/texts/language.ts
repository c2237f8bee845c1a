export type Language = 'auto' | 'en' | 'de';

/** `auto` follows the browser; whatever is not German reads English. */
export function chosenLanguage(language: Language): 'en' | 'de' {
  if (language !== 'auto') return language;
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
}
