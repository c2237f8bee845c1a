import { Component } from 'preact';
import { refusalOf } from '../../chat/refusalOf.ts';
import type { ShownMessage } from '../../chat/ShownMessage.ts';
import { plainName } from '../plainName.ts';
import type { Chat } from './Chat.ts';
import { FileCard, UploadCard } from './FileCard.tsx';
import { isEmojiOnly, piecesOf } from './pieces.ts';
import type { Entry } from './timeline.ts';
import type { Words } from './Words.ts';

interface Props {
  entry: Extract<Entry, { kind: 'message' }>;
  chat: Chat;
  words: Words;
  host: string;
  maxBytes: number | undefined;
}

/** One message; rendered again only when something of it has changed, for threads may be long. */
export class MessageRow extends Component<Props> {
  override shouldComponentUpdate({ entry, words }: Props): boolean {
    const { entry: before } = this.props;
    return words !== this.props.words || mark(entry) !== mark(before);
  }

  override render({ entry, chat, words, host, maxBytes }: Props) {
    const { message, first, last, tellsState } = entry;
    const { own, author, text, file, upload, state } = message;
    const name = author.kind === 'agent' ? plainName(author.name) : '';
    const failed = state === 'failed';
    const why = failed && reason(message, words, maxBytes);
    return (
      <li
        class={`message ${own ? 'own' : 'other'} ${first ? 'first' : ''} ${last ? 'last' : ''}`}
        part="message"
        data-cv="message"
        data-state={state}
        data-author={author.kind}
      >
        {first && name && !own && (
          <span class="author" dir="auto">
            {name}
          </span>
        )}
        {(!first || !name || own) && <span class="aside">{own ? words.texts.you : name || words.texts.title}: </span>}
        {upload && <UploadCard upload={upload} state={state} words={words} cancel={() => chat.discard(message.id)} />}
        {file && <FileCard file={file} host={host} words={words} />}
        {text && (
          <div class={isEmojiOnly(text) ? 'emoji-only' : 'bubble'}>
            <p dir="auto">
              {piecesOf(text).map((piece) =>
                piece.href ? (
                  <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
                    {piece.text}
                  </a>
                ) : (
                  piece.text
                ),
              )}
            </p>
          </div>
        )}
        {(last || tellsState) && !failed && (
          <span class="meta">
            <time dir="auto" dateTime={new Date(message.at).toISOString()}>
              {words.time(message.at)}
            </time>
            {tellsState && <span class="state">{words.texts[state]}</span>}
          </span>
        )}
        {failed && (
          <span class="meta failed">
            <span dir="auto">
              <b>{words.texts.failed}</b>
              {why && `\u00a0· ${why}`}
            </span>
            <span class="cures">
              {!refusalOf(message) && (
                <button type="button" class="word" data-cv="retry" onClick={() => chat.retry(message.id)}>
                  {words.texts.retry}
                </button>
              )}
              <button type="button" class="word" data-cv="discard" onClick={() => chat.discard(message.id)}>
                {words.texts.discard}
              </button>
            </span>
          </span>
        )}
      </li>
    );
  }
}

const mark = ({ message, first, last, tellsState }: Props['entry']) =>
  [
    message.id,
    message.at,
    message.text,
    message.state,
    message.error,
    message.file?.path,
    message.upload?.progress,
    first,
    last,
    tellsState,
  ].join('\n');

function reason(message: ShownMessage, words: Words, maxBytes: number | undefined): string | undefined {
  const refusal = message.error === 'RATE_LIMITED' ? 'failedRate' : refusalOf(message);
  if (refusal === 'failedSize' && maxBytes) return words.say(refusal, { size: words.size(maxBytes) });
  return refusal && words.texts[refusal === 'failedSize' ? 'failedFile' : refusal];
}
