import { useEffect } from 'preact/hooks';
import type { CannedAnswer } from '#protocol/conversation.ts';
import { texts } from '../texts/texts.ts';

export const cannedOption = ({ id }: CannedAnswer): string => `canned-${id}`;

export interface CannedPopupProps {
  answers: readonly CannedAnswer[];
  /** Which of them Enter takes. */
  at: number;
  /** Whether the site has any at all. */
  any: boolean;
  onChoose(answer: CannedAnswer): void;
  onManage(): void;
}

/** What `/` offers while a reply is written. The focus stays in the text: pressing the mouse must not take it. */
export function CannedPopup({ answers, at, any, onChoose, onManage }: CannedPopupProps) {
  useEffect(() => {
    document.querySelector('#canned-popup [aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  if (answers.length === 0 && any) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus where it is
    <div class="canned-popup card" onMouseDown={(event) => event.preventDefault()}>
      <div id="canned-popup" role="listbox" aria-label={texts.chat.canned} data-test="canned-popup">
        {answers.map((answer, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the text's arrows and Enter choose
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text
          <div
            key={answer.id}
            id={cannedOption(answer)}
            role="option"
            aria-selected={index === at}
            onClick={() => onChoose(answer)}
          >
            <b>/{answer.shortcut}</b>
            <span>{answer.text}</span>
          </div>
        ))}
      </div>
      {answers.length === 0 && <p class="soft">{texts.chat.cannedNone}</p>}
      <button type="button" class="link" onClick={onManage}>
        {texts.chat.manage}
      </button>
    </div>
  );
}
