import { texts } from '../texts/texts.ts';

/** Two words for somebody without a name; the same id gives the same words. */
export function friendlyTag(id: string): string {
  let hash = 2166136261;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619) >>> 0;
  const { stuffs, animals, join } = texts.tags;
  const [stuff, animal] = [stuffs[hash % stuffs.length], animals[(hash >>> 8) % animals.length]];
  return `${stuff}${join}${animal}`;
}
