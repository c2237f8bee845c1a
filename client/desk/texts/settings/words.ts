import { language } from '../texts.ts';
import { settings as de } from './de.ts';
import { settings as en } from './en.ts';

/** Of the settings, which are loaded when they are opened. */
export const words = { en, de }[language];
