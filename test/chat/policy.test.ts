import { describe, expect, test } from 'vitest';
import type { Author } from '#protocol/chat.ts';
import type { ConversationId, CustomerId, MessageId } from '#protocol/ids.ts';
import { applyMessage, factsOf, isWaiting, readByAgents } from '#signaling/chat/policy.ts';
import type { ConversationRecord, MessageRecord } from '#signaling/store/ChatStore.ts';
import { demo } from '#test/support/House.ts';

const visitor: Author = { kind: 'visitor' };
const anna: Author = { kind: 'agent', email: 'anna@example.com', name: 'Anna' };
const site: Author = { kind: 'site' };

const empty: ConversationRecord = {
  id: 'cn_1' as ConversationId,
  site: demo,
  customerId: 'cu_1' as CustomerId,
  status: 'DONE',
  createdAt: 1,
  updatedAt: 1,
  lastSeq: 0,
  receipts: { visitor: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 } },
  unreadByAgent: 0,
  unreadByVisitor: 0,
};

function write(before: ConversationRecord, author: Author, text = 'text') {
  const seq = before.lastSeq + 1;
  const id = `m_${seq}` as MessageId;
  const message: MessageRecord = { site: demo, conversationId: before.id, seq, id, at: 10 + seq, author, text };
  const after = applyMessage(before, message, 100 + seq);
  return { after, facts: factsOf(before, after, message) };
}
const done = (before: ConversationRecord): ConversationRecord => ({ ...before, status: 'DONE' });
const written = (...authors: Author[]) => authors.reduce((before, author) => write(before, author).after, empty);

describe('[CHAT-11] what a message changes', () => {
  test('a visitor’s makes the conversation unread and counts', () => {
    expect(written(visitor, visitor)).toMatchObject({
      status: 'UNREAD',
      lastSeq: 2,
      updatedAt: 102,
      unreadByAgent: 2,
      unreadByVisitor: 0,
      receipts: { visitor: { delivered: 2, read: 2 }, agent: { delivered: 0, read: 0 } },
      last: { seq: 2, at: 12, author: visitor, text: 'text' },
    });
  });

  test('an agent’s answers it: unresolved, all read, and the agent’s unless it is somebody’s', () => {
    expect(written(visitor, anna)).toMatchObject({
      status: 'UNRESOLVED',
      assignee: 'anna@example.com',
      unreadByAgent: 0,
      unreadByVisitor: 1,
      receipts: { visitor: { delivered: 1, read: 1 }, agent: { delivered: 2, read: 2 } },
    });
    expect(write({ ...written(visitor), assignee: 'ben@example.com' }, anna).after.assignee).toBe('ben@example.com');
    expect(written(anna).status).toBe('UNRESOLVED');
    expect(write({ ...written(visitor, anna), status: 'DONE' }, anna).after.status).toBe('DONE');
  });

  test('the site’s changes neither status nor assignee', () => {
    expect(written(site)).toMatchObject({ status: 'DONE', unreadByVisitor: 1, unreadByAgent: 0 });
    expect(written(visitor, site)).toMatchObject({ status: 'UNREAD', unreadByVisitor: 1, unreadByAgent: 1 });
  });

  test('one’s own message hides nothing that one has not seen', () => {
    const read = written(visitor, anna, visitor).receipts.visitor;
    expect(read).toEqual({ delivered: 1, read: 1 });
  });

  test('time never goes back, and the last text is cut between characters', () => {
    expect(write({ ...empty, updatedAt: 5000 }, visitor).after.updatedAt).toBe(5000);
    const { text } = write(empty, visitor, `${'x'.repeat(199)}😀 and more`).after.last ?? {};
    expect(text).toBe('x'.repeat(199));
  });
});

describe('[CHAT-12] which webhooks it is told by', () => {
  test.each([
    ['the first message', empty, visitor, ['conversation.new', 'message.new']],
    ['an agent’s first message', empty, anna, ['conversation.new', 'message.new']],
    ['a greeting', empty, site, ['message.new']],
    ['the answer to a greeting', written(site), visitor, ['conversation.new', 'message.new']],
    ['one more', written(visitor), visitor, ['message.new']],
    ['the first answer', written(visitor), anna, ['conversation.status', 'message.new']],
    ['one after an answer', written(visitor, anna), visitor, ['conversation.status', 'message.new']],
    [
      'one that reopens',
      { ...written(visitor, anna), status: 'DONE' as const },
      visitor,
      ['conversation.new', 'message.new'],
    ],
  ])('%s', (_, before, author, facts) => {
    expect(write(before, author).facts).toEqual(facts);
  });

  test('a status that is set', () => {
    const answered = done(written(visitor));
    expect(factsOf(written(visitor), answered)).toEqual(['conversation.status']);
    expect(factsOf(answered, written(visitor))).toEqual(['conversation.new']);
    expect(factsOf(answered, { ...answered, assignee: 'anna@example.com' })).toEqual([]);
  });

  test.each([
    ['what was done and is unread again', done(written(visitor, anna)), written(visitor), ['conversation.new']],
    ['what was done and is not any more', done(written(visitor)), written(visitor, anna), ['conversation.status']],
    ['what was answered and waits again', written(visitor, anna), written(visitor), ['conversation.status']],
    ['what waited before', written(visitor), written(visitor, visitor), []],
    ['what begins by it, waiting or answered', empty, written(visitor, anna), ['conversation.new']],
    ['what was empty, and is done', empty, done(written(visitor, anna)), []],
    ['nothing and nothing', empty, empty, []],
  ])('a merge: %s', (_, before, after, facts) => {
    expect(factsOf(before, after)).toEqual(facts);
  });
});

describe('[CHAT-13] reading', () => {
  test('everything makes UNREAD UNRESOLVED, and leaves DONE', () => {
    expect(readByAgents(written(visitor, visitor), 2)).toMatchObject({
      status: 'UNRESOLVED',
      unreadByAgent: 0,
      receipts: { agent: { delivered: 2, read: 2 } },
    });
    expect(readByAgents({ ...written(visitor), status: 'DONE' }, 1)).toMatchObject({ status: 'DONE' });
  });

  test('a part, or what was read before, changes no status', () => {
    expect(readByAgents(written(visitor, visitor), 1)).toBeUndefined();
    expect(readByAgents({ ...written(visitor, anna), status: 'UNREAD' }, 2)).toBeUndefined();
  });

  test('waiting is unread and nobody’s', () => {
    expect(isWaiting(written(visitor))).toBe(true);
    expect(isWaiting(written(visitor, anna))).toBe(false);
    expect(isWaiting({ ...written(visitor), assignee: 'anna@example.com' })).toBe(false);
  });
});
