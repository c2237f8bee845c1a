import type { ConsumerId, ProducerId, TransportId } from './ids.ts';
import type { ConsumerInfo, MediaKind, MediaSource, TransportInfo } from './media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from './rtp.ts';

/** A room's name at the media server; one call is one room. */
export type RoomId = string;
/** A participant's name within its room. */
export type PeerId = string;

export interface SfuEvents {
  /** The room's worker died; everything in the room is gone. Open it again and let everybody join. */
  roomLost: (roomId: RoomId) => void;
  /** A consumer ended because its producer did. */
  consumerClosed: (roomId: RoomId, peerId: PeerId, consumerId: ConsumerId) => void;
}

export interface ProduceOptions {
  transportId: TransportId;
  kind: MediaKind;
  source: MediaSource;
  rtpParameters: RtpParameters;
}

/**
 * The media relay as signaling sees it: verbs over plain data and ids; no object of the engine crosses it.
 * A verb rejects with CvError: NOT_FOUND for an id the room does not hold, CONFLICT for a transport that is
 * connected twice, INVALID_INPUT for parameters the engine refuses, UNAVAILABLE when no worker is alive.
 * Parameters have passed the contract's schemas before they come here.
 */
export interface Sfu {
  /** Capabilities of every room's router. */
  capabilities(): Promise<RtpCapabilities>;
  /** True while at least one worker can take rooms. */
  ready(): boolean;
  /** Opening an open room does nothing. */
  openRoom(roomId: RoomId): Promise<void>;
  /** Closes transports, producers and consumers with it; closing an unknown room does nothing. */
  closeRoom(roomId: RoomId): void;
  /** Replaces the peer's former transport, if any, with all that was on it. */
  createTransport(roomId: RoomId, peerId: PeerId): Promise<TransportInfo>;
  /** Closes the peer's transport with all that is on it; closing an unknown peer does nothing. */
  closePeer(roomId: RoomId, peerId: PeerId): void;
  connectTransport(roomId: RoomId, transportId: TransportId, dtls: DtlsParameters): Promise<void>;
  produce(roomId: RoomId, peerId: PeerId, options: ProduceOptions): Promise<ProducerId>;
  /** Producers of the other peers. */
  producers(roomId: RoomId, exceptPeer: PeerId): readonly ProducerId[];
  /** A paused consumer on the peer's transport, or undefined if the capabilities cannot take this producer. */
  consume(
    roomId: RoomId,
    peerId: PeerId,
    producerId: ProducerId,
    capabilities: RtpCapabilities,
  ): Promise<ConsumerInfo | undefined>;
  /** Lets a consumer flow, beginning with a key frame. */
  resume(roomId: RoomId, peerId: PeerId, consumerId: ConsumerId): Promise<void>;
  on<E extends keyof SfuEvents>(event: E, listener: SfuEvents[E]): () => void;
  /** Ends the workers; idempotent. */
  close(): void;
}
