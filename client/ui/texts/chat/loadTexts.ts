import type { WidgetBoot } from '#protocol/site.ts';
import { load } from '../../../core/load.ts';
import { offeredLanguage } from '../language.ts';
import type { ChatTexts } from './en.ts';

/** The chat's words in the visitor's language: built in or the server's file, with the site's own wording over them. */
export async function loadTexts(boot: WidgetBoot): Promise<{ language: string; texts: ChatTexts }> {
  let language = offeredLanguage(boot.language, boot.languages);
  let texts = await load<ChatTexts>(
    language === 'de' ? async () => (await import('./de.ts')).de : async () => (await import('./en.ts')).en,
  );
  if (language !== 'de' && language !== 'en') {
    const file = await fetchTexts(`${boot.host}/cdn/texts/${language}.json`);
    if (!file) language = 'en';
    texts = { ...texts, ...file };
  }
  const own = boot.widget.texts;
  return { language, texts: { ...texts, ...(own[language] ?? own[language.split('-')[0] ?? '']) } };
}

async function fetchTexts(address: string): Promise<Partial<ChatTexts> | undefined> {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return undefined;
    const file: Record<string, unknown> = await answer.json();
    return Object.fromEntries(Object.entries(file).filter(([, text]) => text && typeof text === 'string'));
  } catch {
    return undefined;
  }
}
