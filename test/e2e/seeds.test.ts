import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { untilTrue } from '#test/browser/untilTrue.ts';
import { ChatPage } from './ChatPage.ts';
import { part, Stage } from './Stage.ts';

const run = promisify(execFile);

let stage: Stage;
let chat: ChatPage;
beforeAll(async () => {
  stage = await Stage.open({ env: { WEBHOOK_ALLOW_PRIVATE: '1' } });
  chat = new ChatPage(stage);
  await stage.service.rest('POST', 'agents', { email: 'agent1@chatvisor.com', name: 'Agent One' });
});
afterEach(() => stage.clear());
afterAll(() => stage.close());

/** The site's own server, which calls the REST API as a person would with curl. */
async function curl(verb: string, path: string, body?: unknown): Promise<Record<string, never>> {
  const { stdout } = await run('curl', [
    '--silent',
    '--show-error',
    '--request',
    verb,
    '--header',
    `Authorization: Bearer ${stage.service.demo.apiKey}`,
    ...(body === undefined ? [] : ['--header', 'Content-Type: application/json', '--data', JSON.stringify(body)]),
    `${stage.service.url}/rest/v1/${path}`,
  ]);
  return stdout === '' ? {} : JSON.parse(stdout);
}

/** What the site's own server is told by webhooks. */
class Receiver {
  readonly told: { type: string; data: Record<string, unknown> }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      receiver.told.push(JSON.parse(body));
      response.end();
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async next(type: string): Promise<Record<string, unknown>> {
    const find = () => this.told.find((event) => event.type === type)?.data;
    await expect.poll(find).toBeDefined();
    return find() as Record<string, unknown>;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const visitorId = (page: Page) =>
  page.evaluate(`Object.entries(sessionStorage).find(([key]) => key.includes('visitor'))?.[1] ?? ''`);

const staysHidden = 'new Promise((done) => CV.api.shouldShowWebchat(() => done(false), () => done(true)))';

test('[SEED-1] seed 000: session-based ids, history after login, an empty chat after logout, history again', async () => {
  await curl('PUT', 'site', { settings: { sessionIds: true } });
  const tag = `CV.user.tag({
    "email": "john.doe@chatvisor.com",
    "firstname": "John",
    "lastname": "Doe",
    "assignedUser": "agent1@chatvisor.com",
    "labels": []
  })`;

  // A user who is not signed in gets an empty chat; what is written there becomes part of the person's history.
  const home = await stage.load(await stage.person());
  await chat.open(home);
  expect(await chat.texts(home)).toEqual([]);
  await chat.write(home, 'Do you ship to Norway?');
  await home.evaluate(tag);
  await chat.shows(home, ['Do you ship to Norway?']);

  // The assigned agent finds the person and answers.
  const token = await stage.token('agent1@chatvisor.com');
  const agent = await stage.agent({ email: 'agent1@chatvisor.com', token });
  await expect
    .poll(() => agent.evaluate(`CV.conversations.list({ filter: 'mine' }).then(({ items }) => items.length)`))
    .toBe(1);
  await agent.evaluate(`CV.conversations.list({ filter: 'mine' }).then(({ items: [it] }) => {
    window.conversation = CV.conversations.open(it.id);
    conversation.send('Yes, we do.');
  })`);
  await chat.shows(home, ['Do you ship to Norway?', 'Yes, we do.']);

  // Logout: the window is empty at once, and a message belongs to somebody else.
  const before = await visitorId(home);
  await home.evaluate('CV.user.reset()');
  await chat.shows(home, []);
  expect(await visitorId(home)).not.toBe(before);
  await chat.write(home, 'Somebody else at this computer');

  // Another browser window: a fresh session id, an empty chat; the login brings the history.
  const work = await stage.load(await stage.person());
  await chat.open(work);
  expect(await chat.texts(work)).toEqual([]);
  await work.evaluate(tag);
  await chat.shows(work, ['Do you ship to Norway?', 'Yes, we do.']);
  await work.reload();
  await part(work, 'panel').waitFor();
  await chat.shows(work, ['Do you ship to Norway?', 'Yes, we do.']);

  // Both sides of the person see what is written at either.
  await chat.write(work, 'Thank you!');
  await untilTrue(agent, `conversation.messages.at(-1)?.text === 'Thank you!'`);
  await curl('PUT', 'site', { settings: { sessionIds: false } });
});

test('[SEED-2] seed 001: sync agents, tag, webhook, agent chat URL, polling, visibility, rules', async () => {
  const receiver = await Receiver.start();
  try {
    // A third-party environment synchronises its agents and tags its customers.
    const synced = await curl('PUT', 'agents', {
      agents: [
        { email: 'agent1@chatvisor.com', name: 'Agent One' },
        { email: 'erin@example.com', name: 'Erin Field' },
      ],
    });
    expect(synced).toMatchObject({ created: ['erin@example.com'] });
    await curl('POST', 'webhooks', {
      url: receiver.url,
      events: ['conversation.new', 'conversation.status', 'message.new'],
    });
    const tag = {
      email: 'john@example.com',
      firstname: 'John',
      id: 123,
      labels: ['foo', 'bar'],
      lastname: 'Doe',
    };
    const { customerId } = await curl('POST', 'customers/tag', tag);
    expect(customerId).toMatch(/^cu_/);

    // The customer writes; the webhook tells who.
    const visitor = await stage.visitor({ id: 123, email: 'john@example.com' });
    await chat.open(visitor);
    await chat.write(visitor, 'Where is my order?');
    const fact = await receiver.next('conversation.new');
    expect(fact).toMatchObject({ customerId, status: 'UNREAD', lastMessage: { text: 'Where is my order?' } });
    expect(await receiver.next('message.new')).toMatchObject({ customerId, message: { text: 'Where is my order?' } });

    // Polling finds the same conversation.
    const { items } = await curl('GET', `conversations?status=UNREAD&customerId=${customerId}`);
    expect(items).toMatchObject([{ customerId, person: { firstname: 'John', labels: ['foo', 'bar'] } }]);

    // Routed by hand, and joined by the public agent chat URL: one agent, logged in, in that chat.
    const [{ id }] = items as unknown as [{ id: string }];
    await curl('PUT', `conversations/${id}/assignment`, { user: 'erin@example.com' });
    const link = (await curl('POST', `conversations/${customerId}/agent-url`, { agent: 'erin@example.com' })) as {
      url?: string;
    };
    const address = String(link.url).replace(/^https?:\/\/[^/]+/, stage.service.url);
    // A link preview takes nothing.
    await fetch(address);
    const erin = await stage.person();
    await erin.goto(address);
    await erin.locator('[data-test="message"]', { hasText: 'Where is my order?' }).last().waitFor();
    expect(erin.url()).not.toContain('code=');
    await chat.answerAtDesk(erin, 'It left our house this morning.');
    await chat.shows(visitor, ['Where is my order?', 'It left our house this morning.']);
    const thief = await stage.person();
    await thief.goto(address);
    await thief.waitForSelector('[data-test="spent-link"]');
    await receiver.next('conversation.status');

    // Visibility by REST wins over the rules; without either the chat is visible.
    await curl('PUT', 'webchat/visibility', { visibility: 'hidden' });
    const waiting = await stage.load(await stage.person());
    await expect.poll(() => waiting.evaluate(staysHidden)).toBe(true);
    expect(await part(waiting, 'launcher').isVisible()).toBe(false);
    await curl('POST', 'action-rules', {
      name: 'Only on the second visit, while somebody is there',
      conditions: [{ type: 'visits', count: 2 }, { type: 'agentOnline' }],
      actions: [{ type: 'show' }],
    });
    await curl('PUT', 'webchat/visibility', { visibility: 'rules' });
    const guest = await stage.load(await stage.person());
    await expect.poll(() => guest.evaluate(staysHidden)).toBe(true);
    await part(guest, 'launcher').waitFor({ state: 'hidden' });
    await guest.reload();
    await part(guest, 'launcher').waitFor();
  } finally {
    receiver.close();
    await curl('PUT', 'webchat/visibility', { visibility: 'visible' });
  }
});
