import { load } from '../../../core/load.ts';
import type * as parts from './moreParts.ts';
import type { MoreTexts } from './texts/more/en.ts';

/** What a page that is shared mostly does without: who asks for control or has it, a code to read out, how it ended. */
export type More = typeof parts & { texts: MoreTexts };

export async function loadMore(language: 'en' | 'de'): Promise<More> {
  const [parts, texts] = await Promise.all([
    load(() => import('./moreParts.ts')),
    load(
      language === 'de'
        ? async () => (await import('./texts/more/de.ts')).de
        : async () => (await import('./texts/more/en.ts')).en,
    ),
  ]);
  return { ...parts, texts };
}
