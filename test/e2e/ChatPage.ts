import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { part, type Stage } from './Stage.ts';

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
    await expect.poll(() => this.texts(visitor), { timeout: 15_000 }).toEqual(texts);
  }

  /** An agent's desk with a conversation open: the agent answers in it. */
  async answerAtDesk(desk: Page, text: string): Promise<void> {
    const input = desk.locator('[data-test="composer"]');
    await input.fill(text);
    await input.press('Enter');
    await desk.getByText(text).first().waitFor();
  }

  /** The desk of an agent who is logged in by a token. */
  async desk(token: string, fragment = ''): Promise<Page> {
    const page = await this.#stage.person();
    await page.goto(`${this.#stage.service.url}/desk/?site=demo#token=${token}${fragment}`);
    return page;
  }
}
