/** Control characters that turn the direction, in a class of a regular expression: a text would read as another one. */
export const TURNS = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';

/** Somebody else's words beside the page's own: nothing in them turns the direction. */
export const unturned = (text: string): string => text.replace(new RegExp(`[${TURNS}]`, 'g'), '');

/** Somebody else's name on one line, in its own direction: nothing in it may turn what stands beside it. */
export const plainName = (name: string): string =>
  name.replace(new RegExp(`[${TURNS}\\u0000-\\u001f\\u007f]`, 'g'), '').trim();
