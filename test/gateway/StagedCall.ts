import type { FileView } from '#protocol/files.ts';
import type {
  CallId,
  CobrowseId,
  ConsumerId,
  ConversationId,
  FileId,
  ProducerId,
  TransportId,
  VisitorId,
} from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';
import { dtls, screenVideo, viewer } from '#test/sfu/chromium.ts';
import { Peer } from '#test/support/Peer.ts';
import type { SiteName, TwoSites } from './TwoSites.ts';

/** How far a call has come; `joined`: both have transports, `sending`: the agent has a paused consumer. */
const callStages = ['idle', 'ringing', 'accepted', 'joined', 'sending', 'active'] as const;
/** How far a sharing of the page has come; `asked`: for control, which is then `granted`. */
const shareStages = ['idle', 'offered', 'shared', 'asked', 'granted'] as const;
type CallStage = (typeof callStages)[number];
export type ShareStage = (typeof shareStages)[number];
export type Stage = CallStage | ShareStage;

const everything = ['pointer', 'scroll', 'type', 'select', 'navigate'] as const;

/** The ids that requests name. */
export interface CallIds {
  email: string;
  visitorId: VisitorId;
  callId: CallId;
  cobrowseId: CobrowseId;
  visitorTransport: TransportId;
  agentTransport: TransportId;
  producerId: ProducerId;
  consumerId: ConsumerId;
  conversationId: ConversationId;
  agentEmail: string;
  /** Uploaded and not sent, by each side. */
  visitorFile: FileId;
  agentFile: FileId;
}

/** Ids of the right form that nobody has. */
export const strangerIds = (): CallIds => ({
  email: `${crypto.randomUUID()}@example.com`,
  visitorId: newId('v'),
  callId: newId('c'),
  cobrowseId: newId('cb'),
  visitorTransport: crypto.randomUUID() as TransportId,
  agentTransport: crypto.randomUUID() as TransportId,
  producerId: crypto.randomUUID() as ProducerId,
  consumerId: crypto.randomUUID() as ConsumerId,
  conversationId: newId('cn'),
  agentEmail: `${crypto.randomUUID()}@example.com`,
  visitorFile: newId('f'),
  agentFile: newId('f'),
});

/** A visitor and an agent of one site, their conversation, and their call as far as the test wants it. */
export class StagedCall {
  readonly house: TwoSites;
  readonly visitor: Peer;
  readonly agent: Peer;
  readonly ids: CallIds;

  private constructor(house: TwoSites, visitor: Peer, agent: Peer, ids: CallIds) {
    this.house = house;
    this.visitor = visitor;
    this.agent = agent;
    this.ids = ids;
  }

  static async open(house: TwoSites, stage: Stage = 'active', site: SiteName = 'demo'): Promise<StagedCall> {
    const { email: agentEmail, token } = await house.newAgent(site);
    const [visitor, agent] = await Promise.all([house.visitor(site), Peer.agent(house.url, token, { site })]);
    const welcome = await visitor.event('visitor.welcome');
    const call = new StagedCall(house, visitor, agent, {
      ...strangerIds(),
      visitorId: welcome.visitorId,
      agentEmail,
      visitorFile: await uploaded(house, site, welcome.token),
      agentFile: await uploaded(house, site, token),
    });
    await visitor.request('visitor.tag', { email: call.ids.email });
    const { conversationId } = await visitor.request('chat.send', { message: { id: newId('m'), text: 'Hello' } });
    call.ids.conversationId = conversationId;
    await agent.request('conversation.open', { conversationId });
    if (isShared(stage)) await call.share(stage);
    else for (const step of callStages.slice(1, callStages.indexOf(stage) + 1)) await call.#to(step);
    return call;
  }

  /** Beside the call. */
  async share(stage: ShareStage): Promise<void> {
    for (const step of shareStages.slice(1, shareStages.indexOf(stage) + 1)) await this.#shareTo(step);
  }

  /** The tracks that have reached the media server; none where the room is closed. */
  get producers(): readonly ProducerId[] {
    try {
      return this.house.service.coview.sfu.producers(this.ids.callId, '');
    } catch {
      return [];
    }
  }

  close(): void {
    this.visitor.close();
    this.agent.close();
  }

  async #shareTo(stage: ShareStage): Promise<void> {
    const { visitor, agent, ids } = this;
    const { cobrowseId: id, agentEmail } = ids;
    switch (stage) {
      case 'idle':
        return;
      case 'offered':
        ids.cobrowseId = (await agent.request('cobrowse.start', { visitorId: ids.visitorId })).session.id;
        return;
      case 'shared':
        await visitor.request('cobrowse.answer', { id, accept: true });
        await visitor.event('cobrowse.record', (event) => event.id === id);
        return;
      case 'asked':
        await agent.request('cobrowse.askControl', { id, capabilities: [...everything] });
        return;
      case 'granted':
        await visitor.request('cobrowse.grant', { id, agent: agentEmail, capabilities: [...everything] });
    }
  }

  async #to(stage: CallStage): Promise<void> {
    const { visitor, agent, ids } = this;
    const { callId } = ids;
    switch (stage) {
      case 'idle':
        return;
      case 'ringing': {
        const { call } = await agent.request('calling.start', { visitorId: ids.visitorId, kind: 'screen' });
        ids.callId = call.id;
        return;
      }
      case 'accepted':
        await visitor.request('calling.answer', { callId, accept: true });
        return;
      case 'joined': {
        const [sender, receiver] = await Promise.all([
          visitor.request('media.join', { callId }),
          agent.request('media.join', { callId, rtpCapabilities: viewer() }),
        ]);
        ids.visitorTransport = sender.transport.id;
        ids.agentTransport = receiver.transport.id;
        return;
      }
      case 'sending': {
        const transportId = ids.visitorTransport;
        const track = { kind: 'video', source: 'screen', rtpParameters: screenVideo() } as const;
        const sent = await visitor.request('media.produce', { callId, transportId, dtlsParameters: dtls, ...track });
        const { consumer } = await agent.event('media.consumer', (event) => event.callId === callId);
        ids.producerId = sent.producerId;
        ids.consumerId = consumer.id;
        return;
      }
      case 'active': {
        const { agentTransport: transportId, consumerId } = ids;
        await agent.request('media.connect', { callId, transportId, dtlsParameters: dtls, resume: [consumerId] });
        await visitor.event('calling.changed', ({ call }) => call.id === callId && call.state === 'active');
      }
    }
  }
}

const isShared = (stage: Stage): stage is ShareStage => (shareStages as readonly string[]).includes(stage);

async function uploaded(house: TwoSites, site: SiteName, token: string): Promise<FileId> {
  const headers = { authorization: `Bearer ${token}`, 'x-file-name': 'note.txt' };
  const response = await fetch(`${house.url}/files/${site}`, { method: 'POST', headers, body: 'A note' });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as FileView).id;
}
