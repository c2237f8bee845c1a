import type * as parts from './moreParts.ts';
import type { MoreTexts } from './texts/more/en.ts';

/** What most sessions never show: who asks for control, who has it, and a code to read out. */
export type More = typeof parts & { texts: MoreTexts };

export async function loadMore(language: 'en' | 'de'): Promise<More> {
  const words = language === 'de' ? import('./texts/more/de.ts') : import('./texts/more/en.ts');
  const [parts, texts] = await Promise.all([
    import('./moreParts.ts'),
    words.then((it) => ('de' in it ? it.de : it.en)),
  ]);
  return { ...parts, texts };
}
