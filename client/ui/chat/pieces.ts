import { TURNS } from '../plainName.ts';

/** A message's text in pieces; only what has an `href` becomes a link. */
export interface Piece {
  text: string;
  href?: string;
}

const LINK = new RegExp(
  `https?://[^\\s<>"${TURNS}]{1,2000}|mailto:[^\\s<>"${TURNS}]{3,320}|(?<![\\w.%+-])[\\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,8}`,
  'gi',
);

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const shown = trimmed(found);
    const href = safeHref(/^(https?|mailto):/i.test(shown) ? shown : `mailto:${shown}`);
    if (!href) continue;
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push({ text: shown, href });
    from = index + shown.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** A sentence's end is not the link's. */
function trimmed(link: string): string {
  let end = link.length;
  while (end > 0) {
    const last = link.charAt(end - 1);
    const closes = last === ')' && !link.slice(0, end).includes('(');
    if (!closes && !".,;:!?'’”*_".includes(last)) break;
    end--;
  }
  return link.slice(0, end);
}

function safeHref(address: string): string | undefined {
  try {
    const { href, protocol } = new URL(address);
    return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

const EMOJI =
  /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*|\p{Regional_Indicator}{2}|\s)+$/u;

/** A few emoji and nothing else. */
export const isEmojiOnly = (text: string): boolean => text.length <= 24 && text.trim() !== '' && EMOJI.test(text);
