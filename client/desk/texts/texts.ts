import { chosenLanguage } from '../../ui/texts/language.ts';
import { de } from './de.ts';
import { en } from './en.ts';

export const language = chosenLanguage('auto');
export const texts = { en, de }[language];
