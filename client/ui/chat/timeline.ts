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

/** Messages as groups, under lines for days and above what was not read when the window opened. */
export function timeline(messages: readonly ShownMessage[], unreadFrom: string | undefined): Entry[] {
  const entries: Entry[] = [];
  const days = messages.map(({ at }) => new Date(at).toDateString());
  const news = stateNews(messages);
  /** Whether the message at this place goes on with what the one before it said. */
  const joins = (index: number) => {
    const [a, b] = [messages[index - 1], messages[index]];
    return (
      a !== undefined &&
      b !== undefined &&
      b.id !== unreadFrom &&
      whose(a) === whose(b) &&
      days[index - 1] === days[index] &&
      Math.abs(b.at - a.at) < PAUSE_MS
    );
  };
  messages.forEach((message, index) => {
    if (days[index - 1] !== days[index]) {
      entries.push({ kind: 'day', key: `day ${days[index]} ${message.id}`, at: message.at });
    }
    if (message.id === unreadFrom) entries.push({ kind: 'unread', key: 'unread' });
    entries.push({
      kind: 'message',
      key: message.id,
      message,
      first: !joins(index),
      last: !joins(index + 1),
      tellsState: news.has(message),
    });
  });
  return entries;
}

/** Own messages whose state is another than that of the next own one that did not fail. */
function stateNews(messages: readonly ShownMessage[]): Set<ShownMessage> {
  const news = new Set<ShownMessage>();
  let next: ShownMessage['state'] | undefined;
  for (const message of [...messages].reverse()) {
    if (!message.own) continue;
    if (message.state !== next) news.add(message);
    if (message.state !== 'failed') next = message.state;
  }
  return news;
}
