import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaKind, MediaSource, TransportInfo } from '#protocol/media.ts';
import type { RtpParameters } from '#protocol/rtp.ts';
import type { PeerId, RoomId, Sfu } from '#protocol/Sfu.ts';
import { dtls, screenVideo, viewer } from './chromium.ts';

type Closed = [RoomId, PeerId, ConsumerId];

/** A room with a visitor who shares and agents who watch. */
export class Call {
  readonly room: RoomId;
  /** Every consumerClosed of this room so far. */
  readonly closed: Closed[] = [];
  readonly #sfu: Sfu;
  readonly #undo: () => void;
  #waiting: ((closed: Closed) => void)[] = [];

  static async open(sfu: Sfu, room: RoomId): Promise<Call> {
    await sfu.openRoom(room);
    return new Call(sfu, room);
  }

  private constructor(sfu: Sfu, room: RoomId) {
    this.#sfu = sfu;
    this.room = room;
    this.#undo = sfu.on('consumerClosed', (...closed) => {
      if (closed[0] !== room) return;
      this.closed.push(closed);
      for (const tell of this.#waiting.splice(0)) tell(closed);
    });
  }

  nextClosed(): Promise<Closed> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  produce(
    transportId: TransportId,
    kind: MediaKind,
    source: MediaSource,
    rtpParameters: RtpParameters,
    peer: PeerId = 'visitor',
  ): Promise<ProducerId> {
    return this.#sfu.produce(this.room, peer, { transportId, kind, source, rtpParameters });
  }

  /** The visitor joins and shares its screen. */
  async share(rtp = screenVideo()): Promise<{ transport: TransportInfo; producerId: ProducerId }> {
    const transport = await this.#sfu.createTransport(this.room, 'visitor');
    await this.#sfu.connectTransport(this.room, transport.id, dtls);
    return { transport, producerId: await this.produce(transport.id, 'video', 'screen', rtp) };
  }

  /** Someone joins and gets a paused consumer. */
  async watch(producerId: ProducerId, peer: PeerId = 'agent'): Promise<ConsumerInfo> {
    await this.#sfu.createTransport(this.room, peer);
    const consumer = await this.#sfu.consume(this.room, peer, producerId, viewer());
    if (!consumer) throw new Error('this viewer decodes everything');
    return consumer;
  }

  close(): void {
    this.#undo();
    this.#sfu.closeRoom(this.room);
  }
}
