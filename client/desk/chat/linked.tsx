import type { ComponentChild } from 'preact';
import { TURNS } from '../../ui/plainName.ts';

// Control characters that turn the direction would let an address read as another one.
const ADDRESS = new RegExp(`\\bhttps?://[^\\s<>"'\`${TURNS}]+`, 'gi');

/** Text in which web addresses can be followed; nothing else in it ever becomes more than text. */
export function linked(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(found);
    if (!URL.canParse(address)) continue;
    parts.push(text.slice(from, index));
    parts.push(
      <a key={index} href={address} target="_blank" rel="noopener noreferrer nofollow">
        {address}
      </a>,
    );
    from = index + address.length;
  }
  return [...parts, text.slice(from)];
}

/** Without what ends the sentence or the bracket around it. */
function trimmed(address: string): string {
  const short = address.replace(/[.,;:!?…]+$/, '');
  return short.endsWith(')') && !short.includes('(') ? trimmed(short.slice(0, -1)) : short;
}
