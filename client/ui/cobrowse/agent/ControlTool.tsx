import { useState } from 'preact/hooks';
import type { CobrowseCapability } from '#protocol/cobrowse.ts';
import { plainName } from '../../plainName.ts';
import type { CobrowsePanelState } from './CobrowsePanelState.ts';
import { Popover } from './Popover.tsx';
import type { CobrowseTexts } from './texts/en.ts';

const ALL: readonly CobrowseCapability[] = ['pointer', 'scroll', 'type', 'select', 'navigate'];

interface ControlToolProps {
  texts: CobrowseTexts;
  state: CobrowsePanelState;
  visitor: string;
}

/** Asking for control, waiting for it, giving it back; or who else has it, perhaps this agent in another tab. */
export function ControlTool({ texts, state, visitor }: ControlToolProps) {
  const { session, email, mayControl } = state;
  const { control, asked } = session ?? {};
  if (control?.here && !asked?.here) {
    return (
      <button
        type="button"
        class="btn slim"
        part="release"
        data-cv="release"
        title={texts.releaseHelp}
        onClick={() => state.release()}
      >
        {texts.release}
      </button>
    );
  }
  if (asked && !asked.here) {
    const isOwn = asked.agent.email === email;
    return <span class="note held">{isOwn ? texts.elsewhereAsk : texts.othersAsk(plainName(asked.agent.name))}</span>;
  }
  if (asked) {
    return (
      <span class="asked">
        <span class="note" role="status" title={texts.asked(visitor)}>
          <i class="dots" />
          <span class="unseen">{texts.asked(visitor)}</span>
          <span aria-hidden="true">{texts.askedShort}</span>
        </span>
        <button
          type="button"
          class="btn slim"
          part="release"
          data-cv="stop-asking"
          aria-label={texts.stopAsking}
          title={texts.stopAsking}
          onClick={() => state.release()}
        >
          {texts.cancel}
        </button>
      </span>
    );
  }
  if (!mayControl) return null;
  const tool = (
    <Popover
      name="ask-control"
      icon="control"
      label={control ? texts.takeOver : texts.askControl}
      {...(!control && { short: texts.askControlShort })}
      help={control ? texts.takeOverHelp : texts.askControlHelp}
      title={texts.askTitle(visitor)}
    >
      {(close) => (
        <AskForm
          texts={texts}
          onAsk={(capabilities) => {
            close();
            state.askControl(capabilities);
          }}
        />
      )}
    </Popover>
  );
  if (!control) return tool;
  const isOwn = control.agent.email === email;
  return (
    <span class="asked held">
      <span class="note">{isOwn ? texts.elsewhereControl : texts.othersControl(plainName(control.agent.name))}</span>
      {tool}
    </span>
  );
}

function AskForm({ texts, onAsk }: { texts: CobrowseTexts; onAsk(capabilities: CobrowseCapability[]): void }) {
  const [chosen, setChosen] = useState(ALL);
  const toggle = (capability: CobrowseCapability) =>
    setChosen(ALL.filter((each) => (each === capability) !== chosen.includes(each)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length > 0) onAsk([...chosen]);
      }}
    >
      {ALL.map((capability) => {
        const [label, help] = texts.capabilities[capability];
        return (
          <label class="capability" key={capability}>
            <input
              type="checkbox"
              name={capability}
              checked={chosen.includes(capability)}
              onChange={() => toggle(capability)}
            />
            <span>{label}</span>
            <small>{help}</small>
          </label>
        );
      })}
      <p class="soft">{texts.askNote}</p>
      <button type="submit" class="btn main" data-cv="ask" disabled={chosen.length === 0}>
        {texts.ask}
      </button>
    </form>
  );
}
