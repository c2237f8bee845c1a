import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CvError } from '#protocol/errors.ts';
import type { ConversationId } from '#protocol/ids.ts';
import { MessageLog } from '#signaling/chat/MessageLog.ts';
import type { Appended, NewMessage } from '#signaling/store/ChatStore.ts';
import { demo, House } from '#test/support/House.ts';
import { messageId, say } from './Talk.ts';

const log = pino({ level: 'silent' });
let house: House;
let conversationId: ConversationId;
let other: ConversationId;
beforeEach(async () => {
  house = await House.open();
  ({ conversationId } = await say(await house.visitor(), 'hello'));
  ({ conversationId: other } = await say(await house.visitor(), 'hello too'));
});
afterEach(() => house.close());

const message = (text: string, to = conversationId): NewMessage => ({
  site: demo,
  conversationId: to,
  id: messageId(),
  at: 1,
  author: { kind: 'visitor' },
  text,
  uploader: 'visitor:v',
});

/** A log over the real store; `refuses` makes the whole append of certain messages fail, as a database would. */
function logOver({
  refuses = () => undefined,
  merged = new Map(),
}: {
  refuses?: (texts: string[]) => CvError | undefined;
  merged?: Map<ConversationId, ConversationId>;
} = {}) {
  const batches: string[][] = [];
  const told: string[] = [];
  const append = async (messages: readonly NewMessage[]): Promise<Appended[]> => {
    const texts = messages.map(({ text }) => text);
    batches.push(texts);
    const error = refuses(texts);
    if (error) throw error;
    return house.store.chat.append(messages, { apply: (before) => before, outbox: () => [] });
  };
  const messages = new MessageLog({
    append,
    follow: (id) => merged.get(id) ?? id,
    found: ({ seq, text }) => told.push(`${seq} ${text}, found`),
    committed: (appended) => told.push(...appended.map((one) => `${one.message.seq} ${one.message.text}`)),
    log,
  });
  return { messages, batches, told };
}

describe('[CHAT-14] messages share a commit', () => {
  test('a lone one is written at once; what comes while one batch is written makes the next', async () => {
    const { messages, batches, told } = logOver();
    const first = messages.add(message('alone'));
    await first;
    const all = Array.from({ length: 250 }, (_, i) => messages.add(message(`m${i}`)));
    const kinds = new Set((await Promise.all(all)).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(['new']));
    expect(batches.map(({ length }) => length)).toEqual([1, 100, 100, 50]);
    expect(told.slice(1)).toEqual(Array.from({ length: 250 }, (_, i) => `${i + 3} m${i}`));
  });

  test('closing waits until everything is answered', async () => {
    const { messages, told } = logOver();
    void messages.add(message('one'));
    void messages.add(message('two'));
    await messages.close();
    expect(told).toEqual(['2 one', '3 two']);
  });
});

describe('[CHAT-15] one that fails disturbs nobody else', () => {
  test.each(['INVALID_INPUT', 'UNAVAILABLE'] as const)('poison that fails with %s', async (code) => {
    const { messages, told } = logOver({
      refuses: (texts) => (texts.includes('poison') ? new CvError(code, 'poison') : undefined),
    });
    const results = await Promise.allSettled(
      ['one', 'poison', 'two', 'three'].map((text) => messages.add(message(text, text === 'two' ? other : undefined))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(told.map((line) => line.split(' ')[1])).toEqual(['one', 'two', 'three']);
  });

  test('a database that does not answer is not asked for every single message', async () => {
    const { messages, batches } = logOver({ refuses: () => new CvError('UNAVAILABLE', 'down') });
    const results = await Promise.allSettled(Array.from({ length: 80 }, (_, i) => messages.add(message(`m${i}`))));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(batches.length).toBeLessThanOrEqual(4);
  });

  test('after a failure the next ones are written', async () => {
    let down = true;
    const { messages } = logOver({ refuses: () => (down ? new CvError('UNAVAILABLE', 'down') : undefined) });
    await expect(messages.add(message('lost'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    down = false;
    expect(await messages.add(message('kept'))).toMatchObject({ kind: 'new' });
  });
});

describe('[CHAT-16] a conversation that is gone', () => {
  const gone = `cn_${'x'.repeat(22)}` as ConversationId;

  test('and merged leads its messages on, in their order, before what came later', async () => {
    const merged = new Map<ConversationId, ConversationId>();
    const { messages, told } = logOver({
      merged,
      // The merge is known from the moment on at which the first batch has been written.
      refuses: (texts) => {
        if (texts.includes('m1')) queueMicrotask(() => merged.set(gone, conversationId));
        return undefined;
      },
    });
    const sent = ['m1', 'm2'].map((text) => messages.add(message(text, gone)));
    sent.push(messages.add(message('m3', conversationId)));
    expect((await Promise.all(sent)).map(({ kind }) => kind)).toEqual(['new', 'new', 'new']);
    expect(told.map((line) => line.split(' ')[1])).toContain('m1');
    expect(told.map((line) => line.split(' ')[1]).filter((text) => text !== 'm3')).toEqual(['m1', 'm2']);
  });

  test('for good is told as such', async () => {
    const { messages } = logOver();
    expect(await messages.add(message('to nobody', gone))).toEqual({ kind: 'gone' });
  });
});
