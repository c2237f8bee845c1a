import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CallState, EndReason } from '#protocol/calling.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { Icon, type IconName } from './Icons.tsx';
import { PanelStage } from './PanelStage.tsx';
import { Status } from './Status.tsx';
import { sizedFrom } from './sizedFrom.ts';
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

const sizing = sizedFrom({ width: 300, height: 220 });
const EDGES = ['n', 'e', 's', 'w', 'nw', 'ne', 'sw', 'se'];

type Phase = 'ringing' | 'connecting' | 'live' | 'lost' | 'again' | 'away' | 'trouble' | 'ended';

export function PanelView({ texts, state, video }: { texts: AgentTexts; state: PanelState; video: HTMLVideoElement }) {
  const { ref, grab, key } = useFloating(sizing);
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
    <section
      class="panel card"
      part="call"
      data-cv="call"
      data-phase={phase}
      aria-label={texts.panel(state.title)}
      ref={ref}
    >
      <header onPointerDown={grab}>
        <button
          type="button"
          class="btn bare grip"
          aria-label={texts.moveOrSize}
          title={texts.moveOrSize}
          onKeyDown={key}
        >
          <Icon name="grip" />
        </button>
        <h2>{state.title}</h2>
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
            <Tool name="zoom" icon="zoom" label={texts.actual} on={actual} onClick={() => setActual(!actual)} />
          )}
          {fullscreen.toggle && (
            <Tool
              name="fullscreen"
              icon={fullscreen.on ? 'leave' : 'fullscreen'}
              label={fullscreen.on ? texts.leaveFullscreen : texts.fullscreen}
              onClick={fullscreen.toggle}
            />
          )}
          {phase === 'ended' ? (
            <Tool name="dismiss" icon="close" label={texts.close} onClick={() => state.dismiss()} />
          ) : (
            <button type="button" class="btn stop" part="end" data-cv="end" onClick={end}>
              {phase === 'ringing' ? texts.cancel : texts.end}
            </button>
          )}
        </span>
      </header>
      <PanelStage video={video} actual={actual} texts={texts} />
      {EDGES.map((edges) => (
        <i class={`edge ${edges}`} key={edges} onPointerDown={(event) => grab(event, edges)} />
      ))}
    </section>
  );
}

interface ToolProps {
  name: string;
  icon: IconName;
  label: string;
  on?: boolean;
  onClick(): void;
}

function Tool({ name, icon, label, on, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="btn bare"
      part={name}
      data-cv={name}
      aria-label={label}
      title={label}
      aria-pressed={on}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
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
