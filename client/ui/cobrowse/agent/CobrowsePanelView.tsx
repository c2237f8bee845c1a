import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PanelFrame } from '../../PanelFrame.tsx';
import { FullscreenTool, PanelTool } from '../../PanelTool.tsx';
import { plainName } from '../../plainName.ts';
import { Sizable } from '../../Sizable.ts';
import { Status } from '../../Status.tsx';
import { clock, useElapsed } from '../../useElapsed.ts';
import { useFloating } from '../../useFloating.ts';
import { useFullscreen } from '../../useFullscreen.ts';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import { PageBar } from './PageBar.tsx';
import { againIn, phaseOf, told } from './phase.ts';
import { Toolbar } from './Toolbar.tsx';
import type { CobrowseTexts } from './texts/en.ts';

const sizable = (element: HTMLElement) => new Sizable(element, { width: 340, height: 280 });

interface CobrowsePanelViewProps {
  texts: CobrowseTexts;
  state: CobrowsePanelState;
  /** The mirror. */
  stage: HTMLElement;
}

export function CobrowsePanelView({ texts, state, stage }: CobrowsePanelViewProps) {
  const floating = useFloating(sizable);
  const { ref } = floating;
  const fullscreen = useFullscreen(ref);
  const { session } = state;
  const visitor = plainName(state.visitor ?? '') || texts.somebody;
  const phase = phaseOf(state);
  const again = againIn(state);
  const [what, cure] = told(phase, state, visitor, texts);
  const since = session?.activeAt;
  const elapsed = useElapsed(since && state.state === 'active' ? Date.parse(since) : undefined);
  const held = ref.current?.querySelector(':focus');
  useLayoutEffect(() => {
    // With what can be done now, the focus goes to the next thing to do.
    if (held && !held.isConnected) ref.current?.querySelector<HTMLElement>('[data-step]')?.focus();
  });
  const begun = state.state === 'connecting' || state.state === 'active';
  const others = (session?.viewers ?? []).some(({ email }) => email !== state.email);

  return (
    <PanelFrame
      floating={floating}
      texts={texts}
      title={visitor}
      class="panel card cobrowse"
      part="cobrowse"
      data-cv="cobrowse"
      data-phase={phase}
      data-shown={state.shown}
      data-mode={state.mode}
      aria-label={texts.panel(visitor)}
      head={
        <>
          <Status text={what} {...(cure && { cure })}>
            {phase === 'live' && elapsed !== undefined && (
              <span class="time" role="timer" aria-live="off" aria-label={texts.elapsed}>
                {clock(elapsed)}
              </span>
            )}
            {(phase === 'asking' || (phase === 'waiting' && !state.progress)) && <span class="waiting" />}
            {phase === 'waiting' && state.progress && (
              <progress
                aria-label={texts.progress}
                value={state.progress.done}
                max={Math.max(1, state.progress.total)}
              />
            )}
            {again && (
              <button type="button" class="btn main again" part="again" data-cv="again" data-step onClick={again}>
                {texts.again}
              </button>
            )}
          </Status>
          <span class="tools">
            {state.shown && phase !== 'ended' && (
              <PanelTool
                name="zoom"
                icon="zoom"
                label={texts.actual}
                on={state.actual}
                onClick={() => state.setActual(!state.actual)}
              />
            )}
            {phase !== 'ended' && <FullscreenTool texts={texts} {...fullscreen} />}
            {others && phase !== 'ended' && (
              <button
                type="button"
                class="btn"
                part="leave"
                data-cv="leave"
                title={texts.leaveHelp}
                onClick={state.leave}
              >
                {texts.leave}
              </button>
            )}
            {phase === 'ended' ? (
              <PanelTool name="dismiss" icon="close" label={texts.close} step={!again} onClick={state.dismiss} />
            ) : (
              <button
                type="button"
                class={begun ? 'btn stop' : 'btn'}
                part="end"
                data-cv="end"
                data-step
                title={begun ? texts.endHelp : undefined}
                onClick={() => state.end()}
              >
                {begun ? texts.end : texts.cancel}
              </button>
            )}
          </span>
        </>
      }
    >
      {begun && session && (
        <div class="bars">
          <Toolbar texts={texts} state={state} session={session} visitor={visitor} />
          <PageBar texts={texts} state={state} />
        </div>
      )}
      <section class="stage" aria-label={texts.stage}>
        <Stage element={stage} />
        <Trouble texts={texts} visitor={visitor} trouble={state.trouble} />
      </section>
    </PanelFrame>
  );
}

function Stage({ element }: { element: HTMLElement }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.append(element), [element]);
  return <div class="mirror" ref={box} />;
}

const TROUBLE_MS = 6_000;

/** Says why something has not happened, for a while. */
function Trouble({
  texts,
  visitor,
  trouble,
}: { texts: CobrowseTexts; visitor: string } & Pick<CobrowsePanelState, 'trouble'>) {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (!trouble) return;
    setShown(trouble.n);
    const timer = setTimeout(() => setShown(0), TROUBLE_MS);
    return () => clearTimeout(timer);
  }, [trouble?.n]);
  const told = trouble && shown === trouble.n ? (texts.troubles[trouble.code]?.(visitor) ?? texts.failed) : '';
  return (
    <p class="trouble" role="status" data-cv="trouble">
      {told}
    </p>
  );
}
