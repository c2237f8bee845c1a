import type * as parts from './moreParts.ts';
import type { MoreTexts } from './texts/more/en.ts';

/** What a page that is shared mostly does without: who asks for control or has it, a code to read out, how it ended. */
export type More = typeof parts & { texts: MoreTexts };

export async function loadMore(language: 'en' | 'de'): Promise<More> {
  const words = language === 'de' ? import('./texts/more/de.ts') : import('./texts/more/en.ts');
  const [parts, texts] = await Promise.all([
    import('./moreParts.ts'),
    words.then((it) => ('de' in it ? it.de : it.en)),
  ]);
  return { ...parts, texts };
}
