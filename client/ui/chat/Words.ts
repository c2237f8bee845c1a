import { fileSize } from '../fileSize.ts';
import type { ChatTexts } from '../texts/chat/en.ts';

const DAY_MS = 86_400_000;
const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** The chat's texts, times and sizes in one language. */
export class Words {
  readonly language: string;
  readonly texts: ChatTexts;
  readonly #clock: Intl.DateTimeFormat;

  /** The same language as people of the visitor's country write it. */
  readonly #locale: string;

  constructor(language: string, texts: ChatTexts) {
    this.language = language;
    this.texts = texts;
    const base = language.split('-')[0];
    this.#locale = navigator.languages.find((tag) => tag.split('-')[0] === base) ?? language;
    this.#clock = new Intl.DateTimeFormat(this.#locale, { hour: 'numeric', minute: '2-digit' });
  }

  say(key: keyof ChatTexts, values: Record<string, string | number> = {}): string {
    return this.texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`);
  }

  time(at: number): string {
    return this.#clock.format(at);
  }

  /** Today, Yesterday, or the date. */
  day(at: number): string {
    const ago = Math.round((startOfDay(Date.now()) - startOfDay(at)) / DAY_MS);
    if (ago === 0 || ago === 1) {
      const word = new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' }).format(-ago, 'day');
      return word.charAt(0).toLocaleUpperCase(this.language) + word.slice(1);
    }
    const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
    return new Intl.DateTimeFormat(this.#locale, { weekday: 'long', day: 'numeric', month: 'long', year }).format(at);
  }

  size(bytes: number): string {
    return fileSize(bytes, this.#locale);
  }
}
