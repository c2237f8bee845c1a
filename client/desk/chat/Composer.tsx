import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CannedAnswer } from '#protocol/conversation.ts';
import { MAX_MESSAGE_CHARS } from '#protocol/limits.ts';
import { fitHeight } from '../../ui/fitHeight.ts';
import { Icon } from '../parts/Icon.tsx';
import { texts } from '../texts/texts.ts';
import type { Workplace } from '../Workplace.ts';
import { CannedDialog } from './CannedDialog.tsx';
import { CannedPopup, cannedOption } from './CannedPopup.tsx';
import { EmojiMenu } from './EmojiMenu.tsx';
import type { OpenChat } from './OpenChat.ts';

/** A `/` at the beginning or after a space, and what follows up to the caret. */
const COMMAND = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;

/** From so many characters left on, their number is told. */
const NEAR_END = 500;

const touch = matchMedia('(pointer: coarse)');

export function Composer({ work, chat }: { work: Workplace; chat: OpenChat }) {
  const { chat: words } = texts;
  const input = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const [managing, setManaging] = useState(false);
  const draft = chat.draft.value;
  const noting = chat.noting.value;
  const found = typed === undefined || noting ? [] : work.canned.matching(typed);
  const popup = typed !== undefined && !noting;
  const left = MAX_MESSAGE_CHARS - draft.length;
  const sendable = draft.trim() !== '' && left >= 0;

  useLayoutEffect(() => {
    if (!touch.matches) input.current?.focus();
  }, [chat]);
  useLayoutEffect(() => fitHeight(input.current), [draft]);

  const look = () => {
    const element = input.current;
    if (!element) return;
    const command = COMMAND.exec(element.value.slice(0, element.selectionStart));
    setTyped(command?.[1]);
    setAt(0);
  };
  /** Puts text in place of the last `before` characters at the caret. */
  const insert = (text: string, before = 0) => {
    const element = input.current;
    if (!element) return;
    const [start, end] = [element.selectionStart - before, element.selectionEnd];
    element.setRangeText(text, start, end, 'end');
    chat.write(element.value);
    setTyped(undefined);
    element.focus();
  };
  const choose = (answer: CannedAnswer) => insert(answer.text, (typed?.length ?? 0) + 1);
  const submit = () => {
    setTyped(undefined);
    if (!sendable) return;
    void chat.submit();
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (popup && found.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        setAt((at + step + found.length) % found.length);
        return event.preventDefault();
      }
      const chosen = found[at];
      if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
        choose(chosen);
        return event.preventDefault();
      }
    }
    if (event.key === 'Escape') {
      if (popup) setTyped(undefined);
      else input.current?.blur();
      return event.preventDefault();
    }
    if (event.key !== 'Enter' || event.shiftKey || touch.matches) return;
    event.preventDefault();
    submit();
  };

  return (
    // The dialog has forms of its own: it must not stand in this one.
    <>
      <form
        class={`composer ${noting ? 'noting' : ''}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {popup && (
          <CannedPopup
            answers={found}
            at={at}
            any={work.canned.all.value.length > 0}
            onChoose={choose}
            onManage={() => setManaging(true)}
          />
        )}
        <div class="composer-top">
          <fieldset class="switch">
            <legend class="unseen">{words.mode}</legend>
            {[false, true].map((mode) => (
              <button
                type="button"
                key={String(mode)}
                data-test={mode ? 'mode-note' : 'mode-reply'}
                aria-pressed={noting === mode}
                onClick={() => {
                  chat.noting.value = mode;
                  setTyped(undefined);
                  input.current?.focus();
                }}
              >
                {mode && <Icon name="lock" />}
                {mode ? words.note : words.reply}
              </button>
            ))}
          </fieldset>
          {noting && <span class="note-hint">{words.noteHint}</span>}
        </div>
        <textarea
          ref={input}
          rows={1}
          data-test="composer"
          aria-invalid={left < 0}
          aria-describedby={left < NEAR_END ? 'characters-left' : undefined}
          aria-label={noting ? words.writeNote : words.write}
          placeholder={noting ? words.writeNote : words.write}
          aria-autocomplete={noting ? undefined : 'list'}
          aria-controls={popup ? 'canned-popup' : undefined}
          aria-activedescendant={popup && found[at] ? cannedOption(found[at]) : undefined}
          value={draft}
          onInput={(event) => {
            chat.write(event.currentTarget.value);
            look();
          }}
          onKeyDown={onKey}
          onBlur={() => setTyped(undefined)}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            chat.sendFiles(files);
          }}
        />
        <div class="composer-foot">
          {!noting && (
            <>
              <button
                type="button"
                class="bare"
                data-test="attach"
                aria-label={words.attach}
                title={words.attach}
                onClick={() => picker.current?.click()}
              >
                <Icon name="clip" />
              </button>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                data-test="file-picker"
                onChange={(event) => {
                  chat.sendFiles([...(event.currentTarget.files ?? [])]);
                  event.currentTarget.value = '';
                }}
              />
            </>
          )}
          <EmojiMenu onChoose={insert} />
          {!noting && (
            <button
              type="button"
              class="bare"
              data-test="canned"
              aria-label={words.canned}
              title={words.canned}
              onClick={() => setManaging(true)}
            >
              <Icon name="slash" />
            </button>
          )}
          {left < NEAR_END && (
            <span
              id="characters-left"
              class={left < 0 ? 'characters over' : 'characters'}
              role="status"
              data-test="characters-left"
            >
              {left < 0 ? words.tooLong(-left) : words.left(left)}
            </span>
          )}
          <button type="submit" class="main send" data-test="send" disabled={!sendable}>
            <Icon name={noting ? 'lock' : 'send'} />
            {noting ? words.addNote : words.send}
          </button>
        </div>
      </form>
      {managing && (
        <CannedDialog
          canned={work.canned}
          onClose={() => setManaging(false)}
          onUse={({ text }) => {
            setManaging(false);
            insert(text);
          }}
        />
      )}
    </>
  );
}
