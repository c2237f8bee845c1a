import type { PageShare } from '../PageShare.ts';
import type { Words } from '../Words.ts';
import css from './chatShare.css?inline';
import { ShareCode } from './ShareCode.tsx';
import { ShareEntry } from './ShareEntry.ts';
import { ShareMenu } from './ShareMenu.tsx';
import { ShareOffer } from './ShareOffer.tsx';
import { de } from './texts/de.ts';
import { type ChatShareTexts, en } from './texts/en.ts';

/** What the chat has of the sharing of the page; loads where the site shares pages, and nowhere else. */
export class ChatShare {
  readonly css = css;
  readonly #entry: ShareEntry;
  readonly #texts: ChatShareTexts;

  constructor(share: PageShare, words: Words, onChange: () => void) {
    this.#entry = new ShareEntry(share, onChange);
    this.#texts = { ...(words.language === 'de' ? de : en), ...words.texts };
  }

  menu(onShared: () => void) {
    return <ShareMenu share={this.#entry} texts={this.#texts} onShared={onShared} />;
  }

  /** The site's question and the code that was given, where there are any. */
  notes(onShared: () => void) {
    return (
      <>
        <ShareOffer share={this.#entry} texts={this.#texts} onShared={onShared} />
        <ShareCode share={this.#entry} texts={this.#texts} />
      </>
    );
  }

  close(): void {
    this.#entry.close();
  }
}
