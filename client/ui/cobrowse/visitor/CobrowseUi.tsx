import { render } from 'preact';
import { Ask } from '../../Ask.tsx';
import { Layer } from '../../Layer.ts';
import { plainName } from '../../plainName.ts';
import { Toast } from '../../Toast.tsx';
import { chosenLanguage } from '../../texts/language.ts';
import visitorCss from '../../visitor.css?inline';
import { Banner } from './Banner.tsx';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import { ControlAsked } from './ControlAsked.tsx';
import { ShareStack } from './ShareStack.tsx';
import css from './share.css?inline';
import type { ShareTexts } from './texts/en.ts';

type Of<Kind extends CobrowseScreen['kind']> = Extract<CobrowseScreen, { kind: Kind }>;

/** What the visitor sees of the sharing of the page. While hidden, the page carries nothing of it. */
export class CobrowseUi {
  readonly #language: 'en' | 'de';
  readonly #texts: ShareTexts;
  #layer: Layer | undefined;
  #closed = false;

  private constructor(language: 'en' | 'de', texts: ShareTexts) {
    this.#language = language;
    this.#texts = texts;
  }

  static async load(wanted: string): Promise<CobrowseUi> {
    const language = chosenLanguage(wanted);
    const texts = language === 'de' ? (await import('./texts/de.ts')).de : (await import('./texts/en.ts')).en;
    return new CobrowseUi(language, texts);
  }

  /** All that is to be seen now, the last one on top. */
  show(...screens: readonly CobrowseScreen[]): void {
    if (this.#closed) return;
    const shown = screens.filter(({ kind }) => kind !== 'hidden').map(plainly);
    if (shown.length === 0) {
      this.#clear();
      return;
    }
    this.#layer ??= new Layer(this.#language, visitorCss + css);
    render(<Screens screens={shown} texts={this.#texts} />, this.#layer.element);
  }

  close(): void {
    this.#closed = true;
    this.#clear();
  }

  #clear(): void {
    if (!this.#layer) return;
    render(null, this.#layer.element);
    this.#layer.close();
    this.#layer = undefined;
  }
}

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

function Screens({ screens, texts }: { screens: readonly CobrowseScreen[]; texts: ShareTexts }) {
  const find = <Kind extends CobrowseScreen['kind']>(kind: Kind) =>
    screens.find((screen): screen is Of<Kind> => screen.kind === kind);
  const [offer, sharing, asked, over] = [find('offer'), find('sharing'), find('control-asked'), find('over')];
  return (
    <>
      {offer && <Offer key={offer.agent ?? ''} offer={offer} texts={texts} />}
      {(sharing || over) && (
        <ShareStack canMove={sharing !== undefined}>
          {(isBar, move) => (
            <>
              {asked && <ControlAsked key={`${asked.agent} ${asked.capabilities}`} texts={texts} screen={asked} />}
              {sharing && <Banner texts={texts} screen={sharing} isBar={isBar} move={move} />}
              {over && (
                <Toast texts={texts} told={texts.over[over.reason](over.agent)} dismiss={() => over.dismiss()} />
              )}
            </>
          )}
        </ShareStack>
      )}
    </>
  );
}

function Offer({ offer, texts }: { offer: Of<'offer'>; texts: ShareTexts }) {
  const { agent, ringMs, maskAll } = offer;
  return (
    <Ask
      title={texts.offer(agent)}
      terms={[
        ['eye', texts.seen(agent)],
        ['hidden', maskAll ? texts.hidesAll : texts.hides],
        ['shield', texts.mayStop],
      ]}
      ring={ringMs === undefined ? undefined : { ms: ringMs, label: texts.secondsLeft }}
      yes={texts.accept}
      no={texts.decline}
      accept={() => offer.accept()}
      decline={() => offer.decline()}
    />
  );
}
