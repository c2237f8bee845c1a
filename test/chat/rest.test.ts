import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Conversation } from '#protocol/conversation.ts';
import type { ConversationId, MessageId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { Peer } from '#test/support/Peer.ts';
import { addSite, type SecondSite } from '#test/support/secondSite.ts';
import { TestService } from '#test/support/TestService.ts';

let service: TestService;
let other: SecondSite;
beforeAll(async () => {
  const before = await TestService.start();
  await before.stop({ keepData: true });
  other = await addSite(before.data, 'other');
  service = await TestService.start({ data: before.data, env: { RATE_LIMITS: '0' } });
  await service.rest('PUT', 'site', { settings: { routing: { automatic: false } } });
});
afterAll(() => service.stop());

const agent1 = 'agent1@example.com';
const say = (peer: Peer, text: string) => peer.request('chat.send', { message: { id: newId<MessageId>('m'), text } });

async function written(text = 'hello', tag?: Record<string, unknown>): Promise<{ visitor: Peer; id: ConversationId }> {
  const visitor = await Peer.visitor(service.url);
  if (tag) await visitor.request('visitor.tag', tag);
  return { visitor, id: (await say(visitor, text)).conversationId };
}

async function ask<T = Record<string, unknown>>(verb: string, path: string, body?: unknown, secret?: string) {
  const response = await service.rest(verb, path, body, secret);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
}

describe('[CHAT-50] conversations by REST', () => {
  test('polling: the latest change first, paged, since a time, by status and person', async () => {
    const ids = [];
    for (const text of ['one', 'two', 'three']) {
      const { visitor, id } = await written(text);
      ids.unshift(id);
      visitor.close();
    }
    type Page = { items: Conversation[]; nextCursor?: string };
    const first = await ask<Page>('GET', 'conversations?limit=2');
    expect(first.body.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const next = await ask<Page>('GET', `conversations?limit=1&cursor=${first.body.nextCursor}`);
    expect(next.body.items.map(({ id }) => id)).toEqual([ids[2]]);

    const since = first.body.items[0]?.updatedAt ?? '';
    expect((await ask<Page>('GET', `conversations?since=${since}`)).body.items).toEqual([]);
    await ask('PUT', `conversations/${ids[1]}/status`, { status: 'DONE' });
    const changed = await ask<Page>('GET', `conversations?since=${since}`);
    expect(changed.body.items).toMatchObject([{ id: ids[1], status: 'DONE' }]);
    expect((await ask<Page>('GET', 'conversations?status=DONE')).body.items).toMatchObject([{ id: ids[1] }]);
    const { customerId } = changed.body.items[0] ?? {};
    expect((await ask<Page>('GET', `conversations?customerId=${customerId}`)).body.items).toHaveLength(1);
  });

  test('[CHAT-51] a poller that asks since the latest change it knows misses none', async () => {
    const known = new Map<string, number>();
    let since = new Date(0).toISOString();
    const poll = async () => {
      const { body } = await ask<{ items: Conversation[] }>('GET', `conversations?limit=200&since=${since}`);
      for (const { id, lastSeq } of body.items) known.set(id, lastSeq);
      since = body.items[0]?.updatedAt ?? since;
    };
    const visitors = await Promise.all(Array.from({ length: 5 }, (_, i) => written(`begin ${i}`)));
    let writing = true;
    const polling = (async () => {
      while (writing) await poll();
    })();
    await Promise.all(
      visitors.map(async ({ visitor }) => {
        for (let i = 0; i < 15; i++) await say(visitor, `m${i}`);
      }),
    );
    writing = false;
    await polling;
    await poll();
    for (const { id, visitor } of visitors) {
      expect(known.get(id)).toBe(16);
      visitor.close();
    }
  });

  test('[CHAT-51] to be given to somebody else is a change, to be given to the same once more is none', async () => {
    const { visitor, id } = await written('one');
    const found = async (since: string) => {
      const { body } = await ask<{ items: Conversation[] }>('GET', `conversations?since=${since}`);
      return body.items.map((item) => item.id);
    };
    const known = async () => (await ask<Conversation>('GET', `conversations/${id}`)).body.updatedAt;
    for (const assignment of [{ user: 'agent2@example.com' }, { team: 'Returns' }, { user: null, team: null }]) {
      const before = await known();
      await ask('PUT', `conversations/${id}/assignment`, assignment);
      expect(await found(before), JSON.stringify(assignment)).toEqual([id]);
      const since = await known();
      await ask('PUT', `conversations/${id}/assignment`, assignment);
      expect(await found(since)).toEqual([]);
    }
    visitor.close();
  });

  test('messages after a seq, and one conversation', async () => {
    const { visitor, id } = await written('one');
    for (const text of ['two', 'three']) await say(visitor, text);
    const page = await ask('GET', `conversations/${id}/messages?after=1&limit=1`);
    expect(page.body).toMatchObject({ messages: [{ seq: 2, text: 'two' }], lastSeq: 3 });
    expect((await ask('GET', `conversations/${id}`)).body).toMatchObject({ id, lastSeq: 3, unread: 3 });
    visitor.close();
  });

  test('[CHAT-52] writing: as the token’s agent, or with an API key as an agent or the site; an id makes it once', async () => {
    const { visitor, id } = await written();
    const path = `conversations/${id}/messages`;
    const token = service.token();
    const message = { id: newId<MessageId>('m'), text: 'by token' };
    const first = await ask('POST', path, message, token);
    expect(first).toMatchObject({ status: 201, body: { seq: 2, author: { kind: 'agent', email: agent1 } } });
    expect(await ask('POST', path, message, token)).toEqual(first);
    expect((await ask('POST', path, { text: 'as', agent: agent1 })).body).toMatchObject({ author: { email: agent1 } });
    expect((await ask('POST', path, { text: 'site' })).body).toMatchObject({ seq: 4, author: { kind: 'site' } });
    expect((await ask('POST', path, { text: 'x', agent: 'nobody@example.com' })).status).toBe(404);
    expect((await ask('POST', path, { text: 'x', agent: 'agent2@example.com' }, token)).status).toBe(403);
    expect((await ask('POST', path, { id: message.id, text: 'other author' })).status).toBe(409);
    expect(await visitor.event('chat.message', ({ message: { seq } }) => seq === 4)).toMatchObject({
      message: { text: 'site' },
    });
    visitor.close();
  });

  test('status and assignment', async () => {
    const { visitor, id } = await written();
    expect((await ask('PUT', `conversations/${id}/status`, { status: 'UNRESOLVED' })).body).toMatchObject({
      status: 'UNRESOLVED',
    });
    expect((await ask('PUT', `conversations/${id}/assignment`, { user: agent1 })).body).toMatchObject({
      assignee: agent1,
    });
    expect((await ask('PUT', `conversations/${id}/assignment`, { user: null })).body).not.toHaveProperty('assignee');
    expect((await ask('PUT', `conversations/${id}/assignment`, {})).status).toBe(400);
    expect((await ask('PUT', `conversations/${id}/assignment`, { user: 'nobody@example.com' })).status).toBe(404);
    visitor.close();
  });
});

test('[CHAT-53] notes are the agents’ own: told who wrote them, removed, and never shown to the visitor', async () => {
  const { visitor, id } = await written();
  const path = `conversations/${id}/notes`;
  const note = await ask<{ id: string }>('POST', path, { text: 'wants a discount' }, service.token());
  expect(note).toMatchObject({ status: 201, body: { agent: agent1, text: 'wants a discount' } });
  expect((await ask('POST', path, { text: 'from the CRM' })).body).not.toHaveProperty('agent');
  expect((await ask('GET', path)).body).toMatchObject({
    items: [{ text: 'wants a discount' }, { text: 'from the CRM' }],
  });
  expect(JSON.stringify(await visitor.request('chat.history', {}))).not.toContain('discount');
  expect((await ask('DELETE', `${path}/${note.body.id}`)).status).toBe(204);
  expect((await ask('DELETE', `${path}/${note.body.id}`)).status).toBe(404);
  visitor.close();
});

test('[CHAT-54] canned answers: by shortcut, one of each', async () => {
  const greeting = await ask<{ id: string }>('POST', 'canned-answers', { shortcut: 'hi', text: 'Hello!' });
  expect(greeting).toMatchObject({ status: 201, body: { shortcut: 'hi', text: 'Hello!' } });
  const taken = (shortcut: string) => ({
    status: 409,
    body: { code: 'CONFLICT', detail: expect.stringContaining(`shortcut ${shortcut};`) },
  });
  expect(await ask('POST', 'canned-answers', { shortcut: 'hi', text: 'again' })).toMatchObject(taken('hi'));
  expect((await ask('POST', 'canned-answers', { shortcut: 'no space', text: 'x' })).status).toBe(400);
  await ask('POST', 'canned-answers', { shortcut: 'bye', text: 'Goodbye!' });
  const list = await ask<{ items: { shortcut: string }[] }>('GET', 'canned-answers', undefined, service.token());
  expect(list.body.items.map(({ shortcut }) => shortcut)).toEqual(['bye', 'hi']);
  const path = `canned-answers/${greeting.body.id}`;
  expect((await ask('PATCH', path, { text: 'Hi!' })).body).toMatchObject({ shortcut: 'hi', text: 'Hi!' });
  expect(await ask('PATCH', path, { shortcut: 'bye' })).toMatchObject(taken('bye'));
  expect((await ask('DELETE', path)).status).toBe(204);
  expect((await ask('DELETE', path)).status).toBe(404);
});

describe('[CHAT-55] what an asker may not see is as if it did not exist', () => {
  const paths = (id: ConversationId): [string, string, unknown?][] => [
    ['GET', `conversations/${id}`],
    ['GET', `conversations/${id}/messages`],
    ['POST', `conversations/${id}/messages`, { text: 'x' }],
    ['PUT', `conversations/${id}/status`, { status: 'DONE' }],
    ['PUT', `conversations/${id}/assignment`, { user: null }],
    ['GET', `conversations/${id}/notes`],
    ['POST', `conversations/${id}/notes`, { text: 'x' }],
    ['DELETE', `conversations/${id}/notes/${newId('n')}`],
  ];

  test('another agent’s person', async () => {
    const { visitor, id } = await written('private', { email: 'p@example.com', assignedUser: 'agent2@example.com' });
    for (const [verb, path, body] of paths(id)) {
      expect([path, (await ask(verb, path, body, service.token())).status]).toEqual([path, 404]);
    }
    const list = await ask('GET', 'conversations?limit=200', undefined, service.token());
    expect(JSON.stringify(list.body)).not.toContain(id);
    visitor.close();
  });

  test('another site’s', async () => {
    const { visitor, id } = await written('private');
    for (const [verb, path, body] of paths(id)) {
      expect([path, (await ask(verb, path, body, other.apiKey)).status]).toEqual([path, 404]);
    }
    visitor.close();
  });
});
