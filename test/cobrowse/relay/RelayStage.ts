import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { type FrameHeader, readFrameHeader } from '#protocol/frame.ts';
import type { AgentId, CobrowseId, TabId, TokenId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { FrameRelay, type FrameRelayOptions } from '#signaling/cobrowse/FrameRelay.ts';
import type { Caller } from '#signaling/gateway/Caller.ts';
import { Gateway } from '#signaling/gateway/Gateway.ts';
import type { Sessions } from '#signaling/gateway/Sessions.ts';
import { PollingPage } from './PollingPage.ts';
import { type Hello, RelayPage } from './RelayPage.ts';

const log = pino({ level: 'silent' });

/** Lets everybody in: a visitor’s token is its id here. */
const sessions: Sessions<undefined> = {
  admit: async ({ role, site, tab, token }) => {
    const visitor = { role: 'visitor', site, visitorId: token as VisitorId, tab } as const;
    const agent = {
      role: 'agent',
      site,
      agentId: newId<AgentId>('a'),
      email: 'ann@example.com',
      name: 'Ann',
      agentRole: 'agent',
      teams: [],
      tokenId: newId<TokenId>('tk'),
      tab,
    } as const;
    return { caller: (role === 'visitor' ? visitor : agent) as Caller, session: undefined };
  },
  connected: () => ({ event: 'agent.revoked', payload: {} }),
  disconnected: () => {},
};

/** A session that is consented to and recorded, over a real gateway; who shares and who watches are real sockets. */
export class RelayStage {
  readonly url: string;
  readonly relay: FrameRelay;
  readonly gateway: Gateway;
  readonly session = newId<CobrowseId>('cb');
  readonly visitorId: VisitorId;
  readonly sharer: RelayPage;
  /** What the relay told, in order. */
  readonly told: string[] = [];
  stream = 0;
  /** That the sharer sent. */
  sentFrames = 0;
  #seq = 0;
  readonly #server: Server;
  readonly #pages: { close(): void }[] = [];

  private constructor(parts: {
    url: string;
    relay: FrameRelay;
    gateway: Gateway;
    server: Server;
    sharer: RelayPage;
    visitorId: VisitorId;
  }) {
    this.url = parts.url;
    this.relay = parts.relay;
    this.gateway = parts.gateway;
    this.#server = parts.server;
    this.sharer = parts.sharer;
    this.visitorId = parts.visitorId;
  }

  static async open(options: FrameRelayOptions = {}): Promise<RelayStage> {
    const server = createServer();
    const gateway = new Gateway({ log, siteOf: () => undefined });
    const relay = new FrameRelay(gateway.frames, { asking: { everyMs: 0, slowMs: 0 }, ...options });
    gateway.serve({
      server,
      sessions,
      dispatch: async () => ({ data: {} }),
      takeFrame: (caller, frame) => relay.receive(caller, frame),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const visitorId = newId<VisitorId>('v');
    const stage = new RelayStage({
      url,
      relay,
      gateway,
      server,
      sharer: await RelayPage.connect(url, { token: visitorId }),
      visitorId,
    });
    relay.on('needsFull', () => stage.told.push('needsFull'));
    relay.on('flowing', (_session, tab) => stage.told.push(`flowing ${tab}`));
    relay.open(stage.session);
    stage.record();
    return stage;
  }

  /** The sharer is told to begin anew. */
  record(tab = this.sharer.tab): void {
    this.#seq = 0;
    this.relay.record(this.session, { visitorId: this.visitorId, tab: tab as TabId }, ++this.stream);
  }

  async page(hello: Partial<Hello> = {}): Promise<RelayPage> {
    const page = await RelayPage.connect(this.url, hello);
    this.#pages.push(page);
    return page;
  }

  /** An agent’s page that watches. */
  async viewer(): Promise<RelayPage> {
    const page = await this.page({ role: 'agent' });
    this.watch(page);
    return page;
  }

  async polling(hello: Partial<Hello>): Promise<PollingPage> {
    const page = await PollingPage.connect(this.url, hello);
    this.#pages.push(page);
    return page;
  }

  watch(page: { tab: string }): void {
    this.relay.addViewer(this.session, page.tab as TabId);
  }

  /** The next frame of the stream, with whatever else. */
  frame(kind: FrameHeader['kind'], payload: string | number = kind, more: Partial<FrameHeader> = {}): Uint8Array {
    const bytes = typeof payload === 'number' ? new Uint8Array(payload).fill(120) : Buffer.from(payload);
    const seq = kind === 'pointer' ? this.#seq - 1 : this.#seq;
    return writeFrame(
      { session: this.session, stream: this.stream, seq, kind, deflated: false, more: false, ...more },
      bytes,
    );
  }

  /** Sends the next frame of the stream as the sharer. */
  send(kind: FrameHeader['kind'], payload: string | number = kind, more: Partial<FrameHeader> = {}): Uint8Array {
    const frame = this.frame(kind, payload, more);
    if (kind !== 'pointer') this.#seq++;
    this.sentFrames++;
    this.sharer.send(frame);
    return frame;
  }

  async close(): Promise<void> {
    for (const page of [this.sharer, ...this.#pages]) page.close();
    this.relay.closeAll();
    this.gateway.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** `kind stream:seq payload`, the payload cut. */
export function told(frames: readonly Uint8Array[]): string[] {
  return frames.map((frame) => {
    const header = readFrameHeader(frame);
    return header
      ? `${header.kind} ${header.stream}:${header.seq} ${Buffer.from(frame.subarray(28, 48)).toString()}`
      : 'no frame';
  });
}
