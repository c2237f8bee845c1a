import { chosenLanguage } from '../../ui/texts/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

export const language = chosenLanguage('auto');
/** For times and numbers: the browser's own region, where it speaks the same language. */
export const locale = navigator.language.toLowerCase().startsWith(language) ? navigator.language : language;
export const texts = { en, de }[language];
