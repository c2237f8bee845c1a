import { texts } from '../texts/texts.ts';

/** What a piece of data is called: what somebody left to be answered by in words, what a page tagged by its own key. */
export const dataLabel = (key: string): string =>
  Object.hasOwn(texts.who.contact, key) ? texts.who.contact[key as keyof typeof texts.who.contact] : key;
