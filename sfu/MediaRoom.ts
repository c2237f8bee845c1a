import type { Router, WebRtcServer } from 'mediasoup/types';
import { CvError } from '#protocol/errors.ts';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities } from '#protocol/rtp.ts';
import type { PeerId, ProduceOptions, RoomId } from '#protocol/Sfu.ts';
import { ask, engineCapabilities } from './engine.ts';
import type { MediaWorker } from './MediaWorker.ts';
import { PeerTransport } from './PeerTransport.ts';

export type OnConsumerClosed = (peerId: PeerId, consumerId: ConsumerId) => void;

/** One call's media: a router, and each participant's one transport on it. */
export class MediaRoom {
  readonly id: RoomId;
  readonly #router: Promise<Router>;
  readonly #server: WebRtcServer;
  readonly #onConsumerClosed: OnConsumerClosed;
  readonly #peers = new Map<PeerId, PeerTransport>();
  /** Each peer's latest createTransport; of several at once the last one called wins. */
  readonly #joins = new Map<PeerId, symbol>();
  #open = false;
  #closed = false;

  /** Counts at once, so that rooms opened in one moment spread over the workers; usable when `opened` resolves. */
  static create(id: RoomId, worker: MediaWorker, onConsumerClosed: OnConsumerClosed): MediaRoom {
    return new MediaRoom(id, worker.takeRouter(), worker.server, onConsumerClosed);
  }

  private constructor(id: RoomId, router: Promise<Router>, server: WebRtcServer, onConsumerClosed: OnConsumerClosed) {
    this.id = id;
    this.#router = router;
    this.#server = server;
    this.#onConsumerClosed = onConsumerClosed;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get transports(): number {
    return this.#peers.size;
  }

  async opened(): Promise<void> {
    await ask('open a room', 'UNAVAILABLE', () => this.#router);
    if (this.#closed) throw new CvError('NOT_FOUND', 'the room closed meanwhile');
    this.#open = true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#peers.clear();
    this.#joins.clear();
    this.#router.then(
      (router) => router.close(),
      () => {}, // it never was; opened() tells
    );
  }

  async createTransport(peerId: PeerId): Promise<TransportInfo> {
    const join = Symbol(peerId);
    this.#joins.set(peerId, join);
    await this.opened();
    const transport = await PeerTransport.create(await this.#router, this.#server);
    if (this.#joins.get(peerId) !== join) {
      transport.close();
      throw new CvError('NOT_FOUND', 'the transport was closed or replaced meanwhile');
    }
    this.#peers.get(peerId)?.close();
    this.#peers.set(peerId, transport);
    return transport.info;
  }

  closePeer(peerId: PeerId): void {
    this.#joins.delete(peerId);
    this.#peers.get(peerId)?.close();
    this.#peers.delete(peerId);
  }

  async connectTransport(transportId: TransportId, dtls: DtlsParameters): Promise<void> {
    const transport = [...this.#peers.values()].find(({ id }) => id === transportId);
    if (!transport) throw new CvError('NOT_FOUND', 'no such transport');
    await transport.connect(dtls);
  }

  async produce(peerId: PeerId, options: ProduceOptions): Promise<ProducerId> {
    const transport = this.#peers.get(peerId);
    if (transport?.id !== options.transportId) throw new CvError('NOT_FOUND', 'no such transport of this peer');
    return transport.produce(options);
  }

  producers(exceptPeer: PeerId): ProducerId[] {
    return [...this.#peers]
      .filter(([peerId]) => peerId !== exceptPeer)
      .flatMap(([, transport]) => [...transport.sent].map(({ producer }) => producer.id as ProducerId));
  }

  async consume(
    peerId: PeerId,
    producerId: ProducerId,
    capabilities: RtpCapabilities,
  ): Promise<ConsumerInfo | undefined> {
    const transport = this.#peers.get(peerId);
    if (!transport) throw new CvError('NOT_FOUND', 'this peer has no transport');
    const sent = [...this.#peers.values()]
      .flatMap((peer) => [...peer.sent])
      .find(({ producer }) => producer.id === producerId);
    if (!sent) throw new CvError('NOT_FOUND', 'no such producer');
    const router = await this.#router;
    if (!router.canConsume({ producerId, rtpCapabilities: engineCapabilities(capabilities) })) return undefined;
    return transport.consume(sent, capabilities, (consumerId) => this.#onConsumerClosed(peerId, consumerId));
  }

  async resume(peerId: PeerId, consumerId: ConsumerId): Promise<void> {
    const transport = this.#peers.get(peerId);
    if (!transport) throw new CvError('NOT_FOUND', 'this peer has no transport');
    await transport.resume(consumerId);
  }
}
