import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_MESSAGE_CHARS } from '#protocol/limits.ts';
import type { ChatView } from '../../chat/ChatView.ts';
import { fitHeight } from '../fitHeight.ts';
import { plainName } from '../plainName.ts';
import type { Chat } from './Chat.ts';
import { ChatIcon } from './ChatIcon.tsx';
import { EmojiPicker } from './EmojiPicker.tsx';
import type { Words } from './Words.ts';

/** From so many characters left on, their number is told. */
const NEAR_END = 500;

interface Props {
  chat: Chat;
  view: ChatView;
  words: Words;
  input: RefObject<HTMLTextAreaElement | null>;
}

/** Where the visitor writes. */
export function Composer({ chat, view, words, input }: Props) {
  const { texts } = words;
  const [picking, setPicking] = useState(false);
  const picker = useRef<HTMLButtonElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const left = MAX_MESSAGE_CHARS - view.draft.length;
  const sendable = view.draft.trim() !== '' && left >= 0;

  useLayoutEffect(() => fitHeight(input.current), [view.draft]);

  const send = () => {
    if (!sendable) return;
    chat.send(view.draft);
    chat.type('');
    setPicking(false);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: Safari ends a composition before the Enter that did it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0 || !view.files) return;
    event.preventDefault();
    chat.sendFiles(pasted);
  };
  const insert = (emoji: string) => {
    const box = input.current;
    setPicking(false);
    if (!box) return;
    box.focus();
    box.setRangeText(emoji, box.selectionStart, box.selectionEnd, 'end');
    chat.type(box.value);
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="footline">
        <span class="typing" part="typing" data-cv="typing" dir="auto">
          {view.typing !== undefined && (
            <>
              <span class="dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {words.say('typing', { name: plainName(view.typing) })}
            </>
          )}
        </span>
        {left < NEAR_END && (
          <span class={left < 0 ? 'count over' : 'count'} id="cv-count" role="status" data-cv="count">
            {left < 0 ? words.say('tooLong', { count: -left }) : words.say('left', { count: left })}
          </span>
        )}
      </div>
      {picking && (
        <EmojiPicker
          label={texts.emoji}
          choose={insert}
          close={() => {
            setPicking(false);
            picker.current?.focus();
          }}
        />
      )}
      <div class="field">
        <textarea
          part="input"
          data-cv="input"
          rows={1}
          dir="auto"
          enterkeyhint="send"
          aria-label={texts.message}
          aria-invalid={left < 0}
          aria-describedby={left < NEAR_END ? 'cv-count' : undefined}
          placeholder={texts.placeholder}
          value={view.draft}
          ref={input}
          onInput={(event) => chat.type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <div class="tools">
          {view.files && (
            <>
              <button
                type="button"
                class="btn bare"
                aria-label={texts.attach}
                title={texts.attach}
                data-cv="attach"
                onClick={() => files.current?.click()}
              >
                <ChatIcon name="clip" />
              </button>
              <input
                type="file"
                multiple
                hidden
                tabIndex={-1}
                ref={files}
                onChange={(event) => {
                  const box = event.currentTarget;
                  chat.sendFiles([...(box.files ?? [])]);
                  box.value = '';
                }}
              />
            </>
          )}
          <button
            type="button"
            class="btn bare smile"
            aria-label={texts.emoji}
            title={texts.emoji}
            aria-expanded={picking}
            data-cv="emoji"
            ref={picker}
            onClick={() => setPicking(!picking)}
          >
            <ChatIcon name="smile" />
          </button>
          <button
            type="submit"
            class="btn main send"
            aria-label={texts.send}
            title={texts.send}
            aria-disabled={!sendable}
            part="send"
            data-cv="send"
          >
            <ChatIcon name="send" />
          </button>
        </div>
      </div>
    </form>
  );
}
