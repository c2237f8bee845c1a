import { useState } from 'preact/hooks';
import { Icon } from '../../Icons.tsx';
import { Status } from '../../Status.tsx';
import type { CobrowseScreen } from './CobrowseScreen.ts';
import type { More } from './loadMore.ts';
import { namesOf } from './namesOf.ts';
import type { ShareTexts } from './texts/en.ts';

type Sharing = Extract<CobrowseScreen, { kind: 'sharing' }>;

interface BannerProps {
  texts: ShareTexts;
  screen: Sharing;
  more: More | undefined;
  /** Along the window’s edge, where there is no room elsewhere. */
  isBar: boolean;
  move(event: KeyboardEvent): void;
}

/** Stays for as long as the page is shared; it can be moved and made small, but not be closed. */
export function Banner({ texts, screen, more, isBar, move }: BannerProps) {
  const [isSmall, setSmall] = useState(() => matchMedia('(max-width: 560px)').matches);
  const { control, waiting, connected, thisTab, hiddenShown } = screen;
  const code = waiting && connected ? screen.code : undefined;
  const isLive = connected && !waiting && thisTab;
  const canShrink = connected && !screen.paused && !control && !code;
  const isSlim = (isSmall || isBar) && canShrink;
  const state = !connected ? 'lost' : waiting ? 'waiting' : isLive ? 'live' : 'elsewhere';
  return (
    <section
      class={`notice card ${isSlim ? 'slim' : ''}`}
      part="mirror-notice"
      data-cv="mirror-notice"
      data-state={state}
      aria-label={texts.banner}
      // Brought to the front again and again, it rises only once.
      onAnimationEnd={({ currentTarget }) => {
        currentTarget.style.animation = 'none';
      }}
    >
      {control && more && <more.Control texts={more.texts} control={control} />}
      <div class="line">
        {!isBar && (
          <button type="button" class="btn bare grip" aria-label={texts.move} title={texts.move} onKeyDown={move}>
            <Icon name="grip" />
          </button>
        )}
        <b class="live" data-on={isLive}>
          <i /> <span>{isLive && texts.live}</span>
        </b>
        <Status text={statusOf(screen, texts)} />
        {isSlim && (
          <span class="short" aria-hidden="true">
            {waiting ? texts.waitingShort : screen.agents[0]}
          </span>
        )}
        {isSlim && screen.agents.length > 1 && <b aria-hidden="true">+{screen.agents.length - 1}</b>}
        {!isBar && canShrink && (
          <button
            type="button"
            class="btn bare size"
            aria-expanded={!isSlim}
            aria-label={isSlim ? texts.larger : texts.smaller}
            title={isSlim ? texts.larger : texts.smaller}
            onClick={() => setSmall(!isSmall)}
          >
            <Icon name={isSlim ? 'more' : 'less'} />
          </button>
        )}
      </div>
      {code && more && <more.Code texts={more.texts} code={code} />}
      <div class="line actions">
        {!isSlim && (
          <button
            type="button"
            class="btn toggle"
            aria-pressed={hiddenShown}
            title={texts.hiddenHelp}
            data-cv="show-hidden"
            onClick={() => screen.toggleHidden()}
          >
            <Icon name="hidden" />
            <span>{texts.hidden}</span>
          </button>
        )}
        <button
          type="button"
          class="btn stop"
          part="revoke"
          data-cv="revoke"
          aria-label={isSlim ? texts.stop : undefined}
          title={isSlim ? texts.stop : undefined}
          onClick={() => screen.end()}
        >
          <Icon name="stop" />
          <span>{texts.stop}</span>
        </button>
      </div>
    </section>
  );
}

function statusOf({ agents, waiting, thisTab, connected, paused }: Sharing, texts: ShareTexts): string {
  if (!connected) return texts.lost;
  if (waiting) return texts.waiting;
  if (paused) return texts.paused;
  const names = namesOf(agents, texts);
  return thisTab ? texts.sees(names, agents.length > 1) : texts.elsewhere(names, agents.length > 1);
}
