import { randomUUID } from 'node:crypto';
import { CvError } from '#protocol/errors.ts';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource, TransportInfo } from '#protocol/media.ts';
import type { RtpCapabilities } from '#protocol/rtp.ts';
import type { PeerId, ProduceOptions, RoomId, Sfu, SfuEvents } from '#protocol/Sfu.ts';

type Verb = 'openRoom' | 'createTransport' | 'connectTransport' | 'produce' | 'consume' | 'resume';

interface FakePeer {
  transportId: TransportId;
  sent: Map<ProducerId, MediaSource>;
  received: Map<ConsumerId, ProducerId>;
}

/** A media server that only keeps the books, and whose verbs a test can hold back or let fail. */
export class FakeSfu implements Sfu {
  /** Awaited before a verb takes effect; throwing makes it fail. */
  before: (verb: Verb, room: RoomId, peer?: PeerId) => Promise<void> | void = () => {};
  readonly rooms = new Map<RoomId, Map<PeerId, FakePeer>>();
  readonly #listeners = new Map<keyof SfuEvents, Set<(...args: never[]) => void>>();

  async capabilities(): Promise<RtpCapabilities> {
    return { codecs: [] };
  }

  ready(): boolean {
    return true;
  }

  async openRoom(room: RoomId): Promise<void> {
    await this.before('openRoom', room);
    if (!this.rooms.has(room)) this.rooms.set(room, new Map());
  }

  closeRoom(room: RoomId): void {
    this.rooms.delete(room);
  }

  async createTransport(room: RoomId, peer: PeerId): Promise<TransportInfo> {
    await this.before('createTransport', room, peer);
    this.closePeer(room, peer);
    const transportId = randomUUID() as string as TransportId;
    this.#room(room).set(peer, { transportId, sent: new Map(), received: new Map() });
    return { id: transportId, iceParameters: {}, iceCandidates: [], dtlsParameters: {} };
  }

  closePeer(room: RoomId, peer: PeerId): void {
    const sent = this.rooms.get(room)?.get(peer)?.sent;
    this.rooms.get(room)?.delete(peer);
    for (const [name, { received }] of this.rooms.get(room) ?? []) {
      for (const [consumer, producer] of received) {
        if (!sent?.has(producer)) continue;
        received.delete(consumer);
        this.#emit('consumerClosed', room, name, consumer);
      }
    }
  }

  async connectTransport(room: RoomId, transport: TransportId): Promise<void> {
    await this.before('connectTransport', room);
    const known = [...this.#room(room).values()].some(({ transportId }) => transportId === transport);
    if (!known) throw new CvError('NOT_FOUND', 'no such transport');
  }

  async produce(room: RoomId, peer: PeerId, { transportId, source }: ProduceOptions): Promise<ProducerId> {
    const sender = this.#peer(room, peer);
    if (sender.transportId !== transportId) throw new CvError('NOT_FOUND', 'no such transport of this peer');
    await this.before('produce', room, peer);
    this.#mustBeOpen(room, peer, sender);
    const producer = randomUUID() as string as ProducerId;
    sender.sent.set(producer, source);
    return producer;
  }

  producers(room: RoomId, except: PeerId): ProducerId[] {
    return [...this.#room(room)].flatMap(([peer, { sent }]) => (peer === except ? [] : [...sent.keys()]));
  }

  async consume(room: RoomId, peer: PeerId, producerId: ProducerId): Promise<ConsumerInfo> {
    const receiver = this.#peer(room, peer);
    await this.before('consume', room, peer);
    this.#mustBeOpen(room, peer, receiver);
    const source = [...this.#room(room).values()].map(({ sent }) => sent.get(producerId)).find(Boolean);
    if (!source) throw new CvError('NOT_FOUND', 'no such producer');
    const id = randomUUID() as string as ConsumerId;
    receiver.received.set(id, producerId);
    return { id, producerId, kind: 'video', source, rtpParameters: {} };
  }

  async resume(room: RoomId, peer: PeerId, consumer: ConsumerId): Promise<void> {
    await this.before('resume', room, peer);
    if (!this.#peer(room, peer).received.has(consumer)) throw new CvError('NOT_FOUND', 'no such consumer');
  }

  on<E extends keyof SfuEvents>(event: E, listener: SfuEvents[E]): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** As when the worker of this room dies. */
  lose(room: RoomId): void {
    this.rooms.delete(room);
    this.#emit('roomLost', room);
  }

  close(): void {
    this.rooms.clear();
  }

  #room(room: RoomId): Map<PeerId, FakePeer> {
    const peers = this.rooms.get(room);
    if (!peers) throw new CvError('NOT_FOUND', 'no such room');
    return peers;
  }

  #peer(room: RoomId, name: PeerId): FakePeer {
    const peer = this.#room(room).get(name);
    if (!peer) throw new CvError('NOT_FOUND', 'this peer has no transport');
    return peer;
  }

  #mustBeOpen(room: RoomId, name: PeerId, peer: FakePeer): void {
    if (this.rooms.get(room)?.get(name) !== peer) throw new CvError('NOT_FOUND', 'the transport closed meanwhile');
  }

  #emit<E extends keyof SfuEvents>(event: E, ...args: Parameters<SfuEvents[E]>): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (...all: unknown[]) => void)(...args);
  }
}
