import { render } from 'preact';
import { Late } from '../../../core/Late.ts';
import { load } from '../../../core/load.ts';
import { Layer } from '../../Layer.ts';
import { plainName } from '../../plainName.ts';
import { sharedHost } from '../../root.ts';
import { chosenLanguage } from '../../texts/language.ts';
import visitorCss from '../../visitor.css?inline';
import { Banner } from './Banner.tsx';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import { loadMore, type More } from './loadMore.ts';
import { Offer } from './Offer.tsx';
import { ShareStack } from './ShareStack.tsx';
import css from './share.css?inline';
import type { ShareTexts } from './texts/en.ts';

type Of<Kind extends CobrowseScreen['kind']> = Extract<CobrowseScreen, { kind: Kind }>;

/** What the visitor sees of the sharing of the page. While hidden, the page carries nothing of it. */
export class CobrowseUi {
  readonly #language: 'en' | 'de';
  readonly #texts: ShareTexts;
  readonly #late: Late<void>;
  #more: More | undefined;
  #layer: Layer | undefined;
  #shown: readonly CobrowseScreen[] = [];
  #closed = false;

  private constructor(language: 'en' | 'de', texts: ShareTexts) {
    this.#language = language;
    this.#texts = texts;
    // Apart: the text of what is given to Late says what is fetched.
    this.#late = new Late(() => this.#loadMore());
  }

  async #loadMore(): Promise<void> {
    this.#more = await loadMore(this.#language);
    sharedHost().dress(this.#more.css);
    this.#draw();
  }

  static async load(wanted: string): Promise<CobrowseUi> {
    const language = chosenLanguage(wanted);
    const texts = await load(
      language === 'de'
        ? async () => (await import('./texts/de.ts')).de
        : async () => (await import('./texts/en.ts')).en,
    );
    return new CobrowseUi(language, texts);
  }

  /** All that is to be seen now, the last one on top. */
  show(...screens: readonly CobrowseScreen[]): void {
    if (this.#closed) return;
    this.#shown = screens.filter(({ kind }) => kind !== 'hidden').map(plainly);
    this.#draw();
  }

  close(): void {
    this.#closed = true;
    this.#shown = [];
    this.#clear();
  }

  #draw(): void {
    if (this.#shown.length === 0) {
      this.#clear();
      return;
    }
    this.#layer ??= new Layer(this.#language, visitorCss + css);
    if (this.#isLacking) this.#late.insist(() => this.#isLacking);
    render(<Screens screens={this.#shown} texts={this.#texts} more={this.#more} />, this.#layer.element);
  }

  get #isLacking(): boolean {
    return !this.#more && this.#shown.some(needsMore);
  }

  #clear(): void {
    if (!this.#layer) return;
    render(null, this.#layer.element);
    this.#layer.close();
    this.#layer = undefined;
  }
}

const needsMore = (screen: CobrowseScreen) =>
  screen.kind === 'sharing' ? Boolean(screen.control || screen.code) : screen.kind !== 'offer';

/** Where somebody’s name stands all the time, it must not crowd out what it is there for. */
const NAME_CHARS = 32;

const short = (name: string) => {
  const plain = plainName(name);
  return plain.length > NAME_CHARS ? `${plain.slice(0, NAME_CHARS - 1).trim()}…` : plain;
};

/** With names that turn nothing beside them. */
function plainly(screen: CobrowseScreen): CobrowseScreen {
  if (screen.kind === 'sharing') {
    const { agents, control } = screen;
    return {
      ...screen,
      agents: agents.map(short),
      ...(control && { control: { ...control, agent: short(control.agent) } }),
    };
  }
  return 'agent' in screen && screen.agent ? { ...screen, agent: plainName(screen.agent) } : screen;
}

interface ScreensProps {
  screens: readonly CobrowseScreen[];
  texts: ShareTexts;
  more: More | undefined;
}

function Screens({ screens, texts, more }: ScreensProps) {
  const find = <Kind extends CobrowseScreen['kind']>(kind: Kind) =>
    screens.find((screen): screen is Of<Kind> => screen.kind === kind);
  const [offer, sharing, asked, over] = [find('offer'), find('sharing'), find('control-asked'), find('over')];
  return (
    <>
      {offer && <Offer key={offer.agent ?? ''} offer={offer} texts={texts} />}
      {(sharing || (over && more)) && (
        <ShareStack canMove={sharing !== undefined}>
          {(isBar, move) => (
            <>
              {asked && more && (
                <more.ControlAsked key={`${asked.agent} ${asked.capabilities}`} texts={more.texts} screen={asked} />
              )}
              {sharing && <Banner texts={texts} screen={sharing} more={more} isBar={isBar} move={move} />}
              {over && more && (
                <more.Toast
                  texts={more.texts}
                  told={more.texts.over[over.reason](over.agent)}
                  dismiss={() => over.dismiss()}
                />
              )}
            </>
          )}
        </ShareStack>
      )}
    </>
  );
}
