import type { MirrorMode } from '../../../cobrowse/mirror/messages.ts';
import { ToolIcon } from './ToolIcon.tsx';
import type { CobrowseTexts } from './texts/en.ts';

interface ModeToolsProps {
  texts: CobrowseTexts;
  mode: MirrorMode;
  /** Whether the visitor granted anything. */
  control: boolean;
  disabled: boolean;
  onMode(mode: MirrorMode): void;
}

const MODES: readonly MirrorMode[] = ['view', 'laser', 'pen', 'highlight', 'control'];

/** What the agent’s pointer does: one of these. */
export function ModeTools({ texts, mode, control, disabled, onMode }: ModeToolsProps) {
  return (
    <fieldset class="modes" aria-label={texts.tools}>
      {MODES.filter((each) => each !== 'control' || control).map((each) => {
        const [label, help] = texts.modes[each];
        return (
          <button
            type="button"
            class="btn bare tool"
            key={each}
            part={each}
            data-cv={`mode-${each}`}
            disabled={disabled}
            aria-pressed={mode === each}
            aria-label={label}
            title={help}
            onClick={() => onMode(mode === each ? 'view' : each)}
          >
            <ToolIcon name={each} />
            <span class="label">{label}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
