import type { CobrowseView } from '#protocol/cobrowse.ts';
import { plainName } from '../../plainName.ts';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import { ControlTool } from './ControlTool.tsx';
import { ModeTools } from './ModeTools.tsx';
import { Popover } from './Popover.tsx';
import type { CobrowseTexts } from './texts/en.ts';

interface ToolbarProps {
  texts: CobrowseTexts;
  state: CobrowsePanelState;
  session: CobrowseView;
  visitor: string;
}

export function Toolbar({ texts, state, session, visitor }: ToolbarProps) {
  const { viewers, tabs } = session;
  const granted = session.control?.here === true;
  return (
    <div class="toolbar">
      <ModeTools
        texts={texts}
        mode={state.mode}
        control={granted}
        disabled={!state.shown}
        onMode={(mode) => state.setMode(mode)}
      />
      <ControlTool texts={texts} state={state} visitor={visitor} />
      <span class="facts">
        <Popover
          name="tabs"
          icon="tabs"
          label={texts.tabs(tabs.length)}
          help={texts.tabsTitle}
          count={tabs.length}
          title={texts.tabsTitle}
        >
          <ul class="list">
            {tabs.map(({ tab, title, url, front }) => (
              <li key={tab} aria-current={front ? 'page' : undefined}>
                <b>{title || url}</b>
                {front && <span class="chip">{texts.shownTab}</span>}
                <small>{url}</small>
              </li>
            ))}
          </ul>
          <p class="soft">{texts.tabsNote}</p>
        </Popover>
        <Popover
          name="viewers"
          icon="people"
          label={texts.viewers(Math.max(1, viewers.length))}
          help={texts.watching}
          count={Math.max(1, viewers.length)}
          title={texts.watching}
        >
          <ul class="list">
            {viewers.map(({ email, name }) => (
              <li key={email}>
                <b>{email === state.email ? texts.you(plainName(name)) : plainName(name)}</b>
                <small>{email}</small>
              </li>
            ))}
          </ul>
        </Popover>
        <Popover name="hidden" icon="shield" label={texts.hidden} help={texts.hidden} title={texts.hiddenTitle}>
          <ul class="notes">
            {texts.hiddenNotes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Popover>
      </span>
    </div>
  );
}
