import type { ShownMessage } from '../../chat/ShownMessage.ts';

export type Entry =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | {
      kind: 'message';
      key: string;
      message: ShownMessage;
      /** Of what one person wrote without a pause. */
      first: boolean;
      last: boolean;
      /** The newest of the person's own that has come so far. */
      tellsState: boolean;
    };

const PAUSE_MS = 5 * 60_000;

const whose = ({ author }: ShownMessage) => (author.kind === 'agent' ? `a:${author.email}` : author.kind);
const dayOf = ({ at }: ShownMessage) => new Date(at).toDateString();

/** Messages as groups, under lines for days and above what was not read when the window opened. */
export function timeline(messages: readonly ShownMessage[], unreadFrom: string | undefined): Entry[] {
  const entries: Entry[] = [];
  const joins = (a: ShownMessage | undefined, b: ShownMessage | undefined) =>
    a !== undefined &&
    b !== undefined &&
    b.id !== unreadFrom &&
    whose(a) === whose(b) &&
    dayOf(a) === dayOf(b) &&
    Math.abs(b.at - a.at) < PAUSE_MS;
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (!before || dayOf(before) !== dayOf(message)) {
      entries.push({ kind: 'day', key: `day ${dayOf(message)} ${message.id}`, at: message.at });
    }
    if (message.id === unreadFrom) entries.push({ kind: 'unread', key: 'unread' });
    entries.push({
      kind: 'message',
      key: message.id,
      message,
      first: !joins(before, message),
      last: !joins(message, after),
      tellsState: message.own && stateIsNews(messages, index),
    });
  });
  return entries;
}

function stateIsNews(messages: readonly ShownMessage[], index: number): boolean {
  const state = messages[index]?.state;
  const next = messages.slice(index + 1).find((message) => message.own && message.state !== 'failed');
  return state !== next?.state;
}
