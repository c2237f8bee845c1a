import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CallState, EndReason } from '#protocol/calling.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { PanelFrame } from './PanelFrame.tsx';
import { PanelStage } from './PanelStage.tsx';
import { FullscreenTool, PanelTool } from './PanelTool.tsx';
import { Sizable } from './Sizable.ts';
import { Status } from './Status.tsx';
import type { AgentTexts } from './texts/agent/en.ts';
import type { Told } from './texts/told.ts';
import { clock, useElapsed } from './useElapsed.ts';
import { useFloating } from './useFloating.ts';
import { useFullscreen } from './useFullscreen.ts';

export interface PanelState {
  /** Who is called. */
  title: string;
  state: CallState;
  reason?: EndReason;
  /** ISO 8601; without it the duration counts from when this panel first saw the call active. */
  activeAt?: string;
  shareAgain: boolean;
  visitorOnline: boolean;
  /** Whether this agent's own connection stands. */
  connected: boolean;
  error?: string;
  /** Lets the panel say the common errors in its own language. */
  errorCode?: ErrorCode;
  end(): void;
  dismiss(): void;
}

const sizable = (element: HTMLElement) => new Sizable(element, { width: 300, height: 220 });

type Phase = 'ringing' | 'connecting' | 'live' | 'lost' | 'again' | 'away' | 'trouble' | 'ended';

export function PanelView({ texts, state, video }: { texts: AgentTexts; state: PanelState; video: HTMLVideoElement }) {
  const floating = useFloating(sizable);
  const { ref } = floating;
  const fullscreen = useFullscreen(ref);
  const [actual, setActual] = useState(false);
  const since = useRef<number | undefined>(undefined);
  if (state.state === 'active') since.current ??= state.activeAt ? Date.parse(state.activeAt) : Date.now();
  const elapsed = useElapsed(state.state === 'active' ? since.current : undefined);
  const phase = phaseOf(state);
  const [what, cure] = told(phase, state, texts);
  const endedByKey = useRef(false);
  useLayoutEffect(() => {
    if (phase === 'ended' && endedByKey.current) ref.current?.querySelector<HTMLElement>('[data-cv=dismiss]')?.focus();
  }, [phase]);
  const end = (event: MouseEvent) => {
    endedByKey.current = event.detail === 0;
    state.end();
  };
  const waits = phase !== 'ended' && phase !== 'live' && phase !== 'trouble';

  return (
    <PanelFrame
      floating={floating}
      texts={texts}
      title={state.title}
      class="panel card"
      part="call"
      data-cv="call"
      data-phase={phase}
      aria-label={texts.panel(state.title)}
      head={
        <>
          <Status text={what} cure={cure}>
            {waits && <span class="waiting" />}
            {phase === 'live' && elapsed !== undefined && (
              <span class="time" role="timer" aria-live="off" aria-label={texts.elapsed}>
                {clock(elapsed)}
              </span>
            )}
          </Status>
          <span class="tools">
            {state.state === 'active' && (
              <PanelTool name="zoom" icon="zoom" label={texts.actual} on={actual} onClick={() => setActual(!actual)} />
            )}
            <FullscreenTool texts={texts} {...fullscreen} />
            {phase === 'ended' ? (
              <PanelTool name="dismiss" icon="close" label={texts.close} onClick={() => state.dismiss()} />
            ) : (
              <button type="button" class="btn stop" part="end" data-cv="end" onClick={end}>
                {phase === 'ringing' ? texts.cancel : texts.end}
              </button>
            )}
          </span>
        </>
      }
    >
      <PanelStage video={video} actual={actual} texts={texts} />
    </PanelFrame>
  );
}

function phaseOf({ state, connected, shareAgain, visitorOnline, error }: PanelState): Phase {
  if (state !== 'active') return state;
  if (!connected) return 'lost';
  if (!visitorOnline) return 'away';
  if (shareAgain) return 'again';
  return error ? 'trouble' : 'live';
}

function told(phase: Phase, { title, reason, error, errorCode }: PanelState, texts: AgentTexts): Told {
  switch (phase) {
    case 'ringing':
      return [texts.ringing(title)];
    case 'connecting':
      return [texts.connecting(title)];
    case 'live':
      return [texts.live];
    case 'lost':
      return [texts.lost];
    case 'away':
      return [texts.visitorAway(title)];
    case 'again':
      return [texts.visitorAgain(title)];
    case 'trouble':
      return [texts.over.failed(title)[0], error];
    case 'ended': {
      if (!error) return texts.over[reason ?? 'ended'](title);
      const known = errorCode && texts.errors[errorCode];
      return [known ? known(title) : error];
    }
  }
}
