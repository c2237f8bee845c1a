import type { ShareTexts } from './texts/en.ts';

/** More names would be no sentence any more. */
const MOST = 3;

export function namesOf(agents: readonly string[], { language, others }: ShareTexts): string {
  const rest = agents.length - MOST + 1;
  const named = rest > 1 ? [...agents.slice(0, MOST - 1), others(rest)] : agents;
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(named);
}
