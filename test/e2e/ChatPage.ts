import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Conversation } from '#protocol/conversation.ts';
import { type Login, part, type Stage } from './Stage.ts';

const SLOW = { timeout: 20_000 };
/** Of a message that was sent: an agent who looks on reads it before anybody sees that it was. */
const WAY = ['sent', 'delivered', 'read'];

/** The chat as people use it: the visitor's widget, and the agents' desk. */
export class ChatPage {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async open(visitor: Page): Promise<void> {
    const panel = part(visitor, 'panel');
    if (await panel.isVisible()) return;
    await part(visitor, 'launcher').click();
    await panel.waitFor();
  }

  async write(visitor: Page, text: string): Promise<void> {
    await part(visitor, 'input').fill(text);
    await part(visitor, 'send').click();
    await part(visitor, 'message').filter({ hasText: text }).first().waitFor();
  }

  /** The text of each message shown, oldest first. */
  texts(visitor: Page): Promise<string[]> {
    return part(visitor, 'message').locator('.bubble p').allInnerTexts();
  }

  /** Resolves when exactly these texts are shown, in this order. */
  async shows(visitor: Page, texts: readonly string[]): Promise<void> {
    await expect.poll(() => this.texts(visitor), SLOW).toEqual(texts);
  }

  /** Resolves when the message of this text is in this state or beyond it, at the visitor's or at a desk. */
  async is(page: Page, text: string, state: string): Promise<void> {
    const message = page.locator(`[data-cv="message"], [data-test="message"]`).filter({ hasText: text });
    const from = WAY.indexOf(state);
    const enough = from < 0 ? [state] : WAY.slice(from);
    await expect.poll(() => message.last().getAttribute('data-state'), SLOW).toBeOneOf(enough);
  }

  /** What the launcher's badge says; nothing while it is not to be seen. */
  async badge(visitor: Page): Promise<string> {
    const badge = part(visitor, 'unread');
    return (await badge.isVisible()) ? badge.innerText() : '';
  }

  /** As if the browser had another tab in front, or this one again. */
  async front(page: Page, state: 'visible' | 'hidden'): Promise<void> {
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  }

  /** An agent's desk with a conversation open: the agent answers in it, or notes something down. */
  async answerAtDesk(desk: Page, text: string): Promise<void> {
    const input = desk.locator('[data-test="composer"]');
    await input.fill(text);
    await input.press('Enter');
    await desk.locator('[data-test="message"], [data-test="note"]', { hasText: text }).last().waitFor();
  }

  /** The desk of an agent who is logged in by a token; through the wire that can be cut, if asked so. */
  async desk(token: string, fragment = '', { wired = false }: { wired?: boolean | undefined } = {}): Promise<Page> {
    const page = await this.#stage.person();
    const origin = wired ? `http://localhost:${this.#stage.wire.port}` : this.#stage.service.url;
    await page.goto(`${origin}/desk/?site=demo#token=${token}${fragment}`);
    return page;
  }

  /** An agent of their own, and their desk. */
  async deskOf({ name, wired }: { name?: string; wired?: boolean } = {}): Promise<{ desk: Page; login: Login }> {
    const login = await this.#stage.login(name);
    const desk = await this.desk(login.token, '', { wired });
    await desk.locator('[data-test="agent"]').waitFor();
    return { desk, login };
  }

  row(desk: Page, text: string): Locator {
    return desk.locator('[data-test="conversation"]').filter({ hasText: text });
  }

  /** Opens the conversation whose row says this. */
  async openAtDesk(desk: Page, text: string): Promise<void> {
    await this.row(desk, text).click(SLOW);
    // Rows do not move under the pointer.
    await desk.mouse.move(900, 5);
    await desk.locator('[data-test="chat"][data-state="open"]').waitFor();
  }

  deskTexts(desk: Page): Promise<string[]> {
    return desk.locator('[data-test="message"] .text').allInnerTexts();
  }

  async deskShows(desk: Page, texts: readonly string[]): Promise<void> {
    await expect.poll(() => this.deskTexts(desk), SLOW).toEqual(texts);
  }

  /** The conversations that the site's own server finds, of one person or all. */
  async conversations(email?: string): Promise<Conversation[]> {
    const answer = await this.#stage.service.rest('GET', 'conversations?limit=200');
    const { items } = (await answer.json()) as { items: Conversation[] };
    return items.filter(({ person }) => email === undefined || person.email === email);
  }

  /** The one of this person, begun by now. */
  async conversation(email: string): Promise<Conversation> {
    await expect.poll(() => this.conversations(email), SLOW).toHaveLength(1);
    return (await this.conversations(email))[0] as Conversation;
  }

  /** What has arrived at the server, in its order. */
  async kept(conversation: { id: string }): Promise<string[]> {
    const answer = await this.#stage.service.rest('GET', `conversations/${conversation.id}/messages`);
    const { messages } = (await answer.json()) as { messages: { text: string }[] };
    return messages.map(({ text }) => text);
  }

  /** Another agent's or the site's own words, by REST. */
  async say(conversation: { id: string }, text: string, agent?: string): Promise<void> {
    const answer = await this.#stage.service.rest('POST', `conversations/${conversation.id}/messages`, { text, agent });
    expect(answer.status).toBe(201);
  }
}
