import { inflateRawSync } from 'node:zlib';
import type { eventWithTime } from '@rrweb/types';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { FRAME_HEADER_BYTES, type FrameHeader, readFrameHeader } from '#protocol/frame.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { RelayPage } from '#test/cobrowse/relay/RelayPage.ts';
import { part, type Stage } from './Stage.ts';

export interface SeenFrame extends FrameHeader {
  events: eventWithTime[];
  /** The events as they came. */
  text: string;
}

/** Counts what leaves the page as binary, and says when it last did. */
export const countBinary = `{
  window.binarySent = 0;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (typeof data !== 'string') window.binarySent++;
    return send.call(this, data);
  };
}`;

/** An agent’s socket that watches a visitor’s real page. */
export class SharedPage {
  readonly agent: RelayPage;
  readonly visitorId: string;
  #session: CobrowseView['id'] | undefined;
  readonly #frames: SeenFrame[] = [];
  /** What has come of the message that is under way, and of how many frames that is. */
  readonly #parts: Uint8Array[] = [];
  #count = 0;

  private constructor(agent: RelayPage, visitorId: string) {
    this.agent = agent;
    this.visitorId = visitorId;
  }

  /** The agent asks for the page of the person with this email. */
  static async ask(stage: Stage, email: string): Promise<SharedPage> {
    const login = await stage.login();
    const agent = await RelayPage.connect(stage.service.url, { role: 'agent', token: login.token });
    const users = await agent.request<ActiveUser[]>('presence.list', {});
    const visitorId = users.find((user) => user.email === email)?.visitorId ?? '';
    const shared = new SharedPage(agent, visitorId);
    await shared.start();
    return shared;
  }

  async start(): Promise<void> {
    const { visitorId } = this;
    this.#session = (await this.agent.request<{ session: CobrowseView }>('cobrowse.start', { visitorId })).session.id;
  }

  /** The same, accepted and seen. */
  static async accepted(stage: Stage, visitor: Page, email: string): Promise<SharedPage> {
    const shared = await SharedPage.ask(stage, email);
    await part(visitor, 'accept').click();
    await shared.sees('Shop');
    return shared;
  }

  get id(): CobrowseView['id'] {
    if (!this.#session) throw new Error('there is no session yet');
    return this.#session;
  }

  /** Whole messages, parts put together; what is still to come is left out. Each is read once: pages are large. */
  get frames(): SeenFrame[] {
    for (const frame of this.agent.frames.slice(this.#count)) {
      this.#count++;
      const header = readFrameHeader(frame);
      if (!header) throw new Error('no page frame');
      this.#parts.push(frame.subarray(FRAME_HEADER_BYTES));
      if (header.more) continue;
      const bytes = Buffer.concat(this.#parts.splice(0));
      const text = String(header.deflated ? inflateRawSync(bytes) : bytes);
      this.#frames.push({ ...header, events: JSON.parse(text), text });
    }
    return [...this.#frames];
  }

  /** Everything since the last full, as text. */
  get told(): string {
    const { frames } = this;
    const last = frames.slice(frames.findLastIndex(({ kind }) => kind === 'full'));
    return last.map(({ text }) => text).join('\n');
  }

  get streams(): number[] {
    return [...new Set(this.frames.map(({ stream }) => stream))];
  }

  /** Within 20 s, unless it is too large to be told by then on a slow machine. */
  async sees(text: string, timeout?: number): Promise<void> {
    await expect.poll(() => this.told.includes(text), { message: text, ...(timeout && { timeout }) }).toBe(true);
  }

  /** The session as it was told last. */
  get view(): CobrowseView {
    return this.agent.event<{ session: CobrowseView }>('cobrowse.changed').session;
  }

  /** The number of the element with this attribute, in this stream. */
  numberOf(attribute: string, value: string, stream = 1): number {
    const search = (node: unknown): number | undefined => {
      if (typeof node !== 'object' || node === null) return undefined;
      const { attributes, id } = node as { attributes?: Record<string, unknown>; id?: number };
      if (attributes?.[attribute] === value) return id;
      for (const inner of Object.values(node)) {
        const number = search(inner);
        if (number !== undefined) return number;
      }
      return undefined;
    };
    const number = search(this.frames.filter((frame) => frame.stream === stream));
    if (number === undefined) throw new Error(`nothing has ${attribute} ${value}`);
    return number;
  }

  close(): void {
    this.agent.close();
  }
}
