import { useState } from 'preact/hooks';
import type { ChatTexts, SiteSettings } from '#protocol/site.ts';
import { useTyped } from '../parts/useTyped.ts';
import { words } from '../texts/settings/words.ts';
import type { SiteStore } from './SiteStore.ts';

const fields = { title: 60, subtitle: 120, welcome: 300, away: 300, placeholder: 60 } as const;

/** The site's own words, by language. */
export function WordingSettings({ site, settings }: { site: SiteStore; settings: SiteSettings }) {
  const kept = settings.widget.texts as Record<string, ChatTexts | undefined>;
  const languages = [...new Set(['en', 'de', ...Object.keys(kept)])];
  const [language, setLanguage] = useState(settings.language === 'auto' ? 'en' : settings.language);
  const texts = kept[language] ?? {};
  const save = (name: keyof typeof fields, text: string) => {
    const { [name]: _, ...others } = texts;
    const changed = text.trim() ? { ...others, [name]: text } : others;
    const all = { ...kept, [language]: changed };
    if (Object.keys(changed).length === 0) delete all[language];
    return site.save({ widget: { texts: all as SiteSettings['widget']['texts'] } });
  };
  return (
    <>
      <label>
        {words.wordingFor}
        <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
          {languages.map((one) => (
            <option key={one} value={one}>
              {one === 'en' || one === 'de' ? words.languages[one] : one}
            </option>
          ))}
        </select>
      </label>
      <small>{words.wordingHelp}</small>
      {(Object.keys(fields) as (keyof typeof fields)[]).map((name) => (
        <Wording
          key={`${language} ${name}`}
          label={words.words[name]}
          lang={language}
          max={fields[name]}
          text={texts[name] ?? ''}
          onChange={(text) => save(name, text)}
        />
      ))}
    </>
  );
}

interface WordingProps {
  label: string;
  lang: string;
  max: number;
  text: string;
  onChange(text: string): unknown;
}

function Wording({ label, lang, max, text, onChange }: WordingProps) {
  const { done, ...typed } = useTyped(text);
  return (
    <label>
      {label}
      <input
        lang={lang}
        maxLength={max}
        {...typed}
        onChange={(event) => {
          done();
          void onChange(event.currentTarget.value);
        }}
      />
    </label>
  );
}
