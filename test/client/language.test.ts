import { afterEach, expect, test, vi } from 'vitest';
import { offeredLanguage } from '#client/ui/texts/language.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  [['zh-TW'], ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
  [['zh-CN'], ['zh-Hans', 'zh-Hant'], 'zh-Hans'],
  [['zh-HK'], ['zh', 'zh-Hant'], 'zh-Hant'],
  [['zh-Hant-TW'], ['zh', 'zh-Hant'], 'zh-Hant'],
  [['sr'], ['sr-Cyrl', 'sr-Latn'], 'sr-Cyrl'],
  [['sr-Latn-RS'], ['sr', 'sr-Latn'], 'sr-Latn'],
  [['sr'], ['sr-Latn'], 'sr-Latn'],
  [['es-MX'], ['es-419'], 'es-419'],
  [['es-MX'], ['es', 'es-419'], 'es'],
  [['pt-PT'], ['pt-BR'], 'pt-BR'],
  [['pt-PT'], ['pt', 'pt-BR'], 'pt'],
  [['pt-BR'], ['pt', 'pt-BR'], 'pt-BR'],
  [['PT-br'], ['pt-BR'], 'pt-BR'],
  [['fi'], ['fil'], 'en'],
  [['gsw-CH'], ['gsw'], 'gsw'],
  [['de-AT', 'fr'], ['fr'], 'de'],
  [['nl', 'fr-CA'], ['fr'], 'fr'],
  [['x-klingon', '*'], ['fr'], 'en'],
])('[SITE-31] of %j and %j it is %s', (languages, offered, expected) => {
  vi.stubGlobal('navigator', { languages });
  expect(offeredLanguage('auto', offered)).toBe(expected);
});
