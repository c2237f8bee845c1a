import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { FrameHeader } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { demo, House, type HouseOptions } from '#test/support/House.ts';

export type VisitorPage = Awaited<ReturnType<House['visitor']>>;
export type AgentPage = Awaited<ReturnType<House['agent']>>;

/** Resolves when what is done in a moment is done. */
export const soon = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
};

/** A visitor, tagged, and an agent, on a site that shares pages. */
export class SharingScene {
  readonly house: House;
  readonly visitor: VisitorPage;
  readonly agent: AgentPage;
  /** Proves the visitor at the next connection. */
  readonly token: string;

  private constructor(house: House, visitor: VisitorPage, agent: AgentPage) {
    this.house = house;
    this.visitor = visitor;
    this.agent = agent;
    this.token = visitor.last('visitor.welcome').token;
  }

  static async open(options?: HouseOptions): Promise<SharingScene> {
    const house = await House.open(options);
    // A colleague, who is not here.
    await house.agents.create(demo, { email: 'ben@example.com', name: 'ben', role: 'agent' });
    const scene = new SharingScene(house, await house.visitor(), await house.agent('anna@example.com'));
    await scene.visitor.request('visitor.tag', { email: 'john@example.com' });
    return scene;
  }

  /** The agent asks. */
  async offered(): Promise<CobrowseId> {
    const { visitorId } = this.visitor.caller;
    const { session } = await this.agent.request('cobrowse.start', { visitorId });
    await soon();
    return session.id;
  }

  /** The visitor has let the agent see the page. */
  async shared(): Promise<CobrowseId> {
    const id = await this.offered();
    await this.visitor.request('cobrowse.answer', { id, accept: true });
    await soon();
    return id;
  }

  /** The agent sees it. */
  async active(): Promise<CobrowseId> {
    const id = await this.shared();
    await this.sendFull();
    return id;
  }

  /** The agent may act in it. */
  async granted(): Promise<CobrowseId> {
    const id = await this.active();
    const capabilities = ['pointer', 'scroll', 'type', 'select', 'navigate'] as const;
    await this.agent.request('cobrowse.askControl', { id, capabilities: [...capabilities] });
    await this.visitor.request('cobrowse.grant', { id, agent: 'anna@example.com', capabilities: [...capabilities] });
    await soon();
    return id;
  }

  /** A whole page, as this tab was last told to record it; false if it does not count. */
  async sendFull(tab: VisitorPage = this.visitor, more: Partial<FrameHeader> = {}): Promise<void> {
    const { id: session, stream } = tab.last('cobrowse.record');
    const header = { session, stream, seq: 0, kind: 'full', deflated: false, more: false, ...more } as const;
    this.house.frames.receive(tab.caller, writeFrame(header, new TextEncoder().encode('[]')));
    await soon();
  }

  /** The same browser with another tab, or the same one again. */
  tab(auth: Omit<Parameters<House['visitor']>[0] & object, 'token'> = {}): Promise<VisitorPage> {
    return this.house.visitor({ token: this.token, ...auth });
  }

  view(page: VisitorPage | AgentPage = this.agent): CobrowseView {
    return page.last('cobrowse.changed').session;
  }

  /** What the log says of the session, oldest first. */
  async steps(id: CobrowseId): Promise<string[]> {
    const { items } = await this.house.store.audit.list(demo, { limit: 100, subject: id });
    return items.map(({ actor, action }) => `${actor.split(':')[0]} ${action.replace('cobrowse.', '')}`).reverse();
  }
}
