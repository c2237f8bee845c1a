import { Icon, type IconName } from './Icons.tsx';
import type { useFullscreen } from './useFullscreen.ts';

interface PanelToolProps {
  name: string;
  icon: IconName;
  label: string;
  on?: boolean;
  /** Where the focus goes when what had it is gone. */
  step?: boolean;
  onClick(): void;
}

export function PanelTool({ name, icon, label, on, step, onClick }: PanelToolProps) {
  return (
    <button
      type="button"
      class="btn bare"
      part={name}
      data-cv={name}
      aria-label={label}
      title={label}
      aria-pressed={on}
      data-step={step || undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface FullscreenToolProps extends ReturnType<typeof useFullscreen> {
  texts: { fullscreen: string; leaveFullscreen: string };
}

export function FullscreenTool({ texts, on, toggle }: FullscreenToolProps) {
  return (
    toggle && (
      <PanelTool
        name="fullscreen"
        icon={on ? 'leave' : 'fullscreen'}
        label={on ? texts.leaveFullscreen : texts.fullscreen}
        onClick={toggle}
      />
    )
  );
}
