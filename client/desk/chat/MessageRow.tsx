import type { ErrorCode } from '#protocol/errors.ts';
import { refusalOf } from '../../chat/refusalOf.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { plainName } from '../../ui/plainName.ts';
import { clockTime } from '../conversations/shortTime.ts';
import { Icon, type IconName } from '../parts/Icon.tsx';
import { failureOf } from '../texts/failure.ts';
import { locale, texts } from '../texts/texts.ts';
import { FilePart } from './FilePart.tsx';
import { linked } from './linked.tsx';
import type { OpenChat } from './OpenChat.ts';

export interface MessageRowProps {
  chat: OpenChat;
  message: ShownMessage;
  /** What the visitor is called. */
  visitor: string;
  /** Goes on with what the same author wrote just before. */
  follows: boolean;
}

const marks: Record<ShownMessage['state'], IconName> = {
  sending: 'clock',
  failed: 'warn',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
};

export function MessageRow({ chat, message, visitor, follows }: MessageRowProps) {
  const { id, author, own, text, at, state, upload } = message;
  const { chat: words } = texts;
  const ours = author.kind !== 'visitor';
  const refusal = refusalOf(message);
  const by = author.kind === 'agent' ? plainName(author.name) : author.kind === 'site' ? words.site : visitor;
  return (
    <article
      class={`message ${ours ? 'ours' : 'theirs'} ${follows ? 'follows' : ''}`}
      data-test="message"
      data-state={state}
      data-id={id}
    >
      <p class={follows ? 'unseen' : 'author'}>{by}</p>
      <div class="bubble">
        <FilePart message={message} />
        {text && <p class="text">{linked(text)}</p>}
        <p class="meta">
          {upload && state === 'sending' && (
            <button
              type="button"
              class="link"
              data-test="stop-upload"
              aria-label={words.stopUpload(plainName(upload.name))}
              onClick={() => chat.discard(id)}
            >
              {texts.cancel}
            </button>
          )}
          <time dateTime={new Date(at).toISOString()} title={new Date(at).toLocaleString(locale)}>
            {clockTime(at)}
          </time>
          {(own || ours) && (
            <span class={`mark ${state}`} title={words.states[state]}>
              <Icon name={marks[state]} />
              <span class="unseen">{words.states[state]}</span>
            </span>
          )}
        </p>
      </div>
      {state === 'failed' && (
        <p class="failed" role="alert">
          <span>
            {words.states.failed}.{' '}
            {refusal ? words.refusals[refusal] : message.error && failureOf(message.error as ErrorCode)}
          </span>{' '}
          {!refusal && (
            <button type="button" class="link" data-test="retry" onClick={() => chat.retry(id)}>
              {words.retry}
            </button>
          )}{' '}
          <button type="button" class="link" data-test="discard" onClick={() => chat.discard(id)}>
            {words.discard}
          </button>
        </p>
      )}
    </article>
  );
}
