import { useState } from 'preact/hooks';
import { Icon } from './Icons.tsx';
import { Status } from './Status.tsx';
import type { VisitorTexts } from './texts/visitor/en.ts';
import { useFloating } from './useFloating.ts';

interface Choosing {
  kind: 'choosing';
  agent: string;
  cancel(): void;
}
interface Sharing {
  kind: 'sharing';
  agent: string;
  agentOnline: boolean;
  connected: boolean;
  end(): void;
}
interface ShareAgain {
  kind: 'share-again';
  agent: string;
  accept(): void;
  end(): void;
}

/** The banner that stays for as long as a call does; it can be moved and made small, but not be closed. */
export function Notice({ texts, screen }: { texts: VisitorTexts; screen: Choosing | Sharing | ShareAgain }) {
  const { ref, grab, key } = useFloating();
  const [small, setSmall] = useState(false);
  const sharing = screen.kind === 'sharing';
  const live = sharing && screen.connected;
  const mirror = screen.kind === 'choosing' ? undefined : 'mirror-notice';
  const slim = small && sharing;
  return (
    <section
      class={`notice card ${screen.kind} ${slim ? 'slim' : ''}`}
      part={mirror}
      data-cv={mirror}
      data-state={sharing && !live ? 'lost' : screen.kind}
      aria-label={texts.notice}
      ref={ref}
      onPointerDown={grab}
    >
      <div class="line">
        <button type="button" class="btn bare grip" aria-label={texts.move} title={texts.move} onKeyDown={key}>
          <Icon name="grip" />
        </button>
        {sharing && (
          <b class="live" data-on={live}>
            <i /> <span>{texts.live}</span>
          </b>
        )}
        <Status text={statusOf(screen, texts)} />
        {sharing && (
          <button
            type="button"
            class="btn bare size"
            aria-expanded={!slim}
            aria-label={slim ? texts.larger : texts.smaller}
            title={slim ? texts.larger : texts.smaller}
            onClick={() => setSmall(!slim)}
          >
            <Icon name={slim ? 'more' : 'less'} />
          </button>
        )}
      </div>
      <div class="line actions">
        {screen.kind === 'share-again' && (
          <button type="button" class="btn main" part="accept" data-cv="accept" onClick={() => screen.accept()}>
            {texts.acceptAgain}
          </button>
        )}
        <button
          type="button"
          class={`btn ${sharing ? 'stop' : ''}`}
          part="end"
          data-cv="end"
          aria-label={slim ? texts.stop : undefined}
          title={slim ? texts.stop : undefined}
          onClick={() => (screen.kind === 'choosing' ? screen.cancel() : screen.end())}
        >
          {sharing && <Icon name="stop" />}
          <span>{screen.kind === 'choosing' ? texts.cancel : texts.stop}</span>
        </button>
      </div>
    </section>
  );
}

function statusOf(screen: Choosing | Sharing | ShareAgain, texts: VisitorTexts): string {
  if (screen.kind === 'choosing') return texts.choosing(screen.agent);
  if (screen.kind === 'share-again') return texts.again(screen.agent);
  if (!screen.connected) return texts.lost;
  return screen.agentOnline ? texts.sharing(screen.agent) : texts.agentAway(screen.agent);
}
