import { setTimeout as sleep } from 'node:timers/promises';
import { screenVideo, viewer } from '#test/sfu/chromium.ts';
import type { Certificate } from './dtls.ts';
import { RawPeer } from './RawPeer.ts';
import type { Relay } from './Relay.ts';
import { ScreenStream } from './ScreenStream.ts';

export interface SceneShape {
  rooms: number;
  /** In each room. */
  viewers: number;
  /** Of each sender. */
  packetsPerSecond: number;
}

/** What is on its way when a window begins or ends. */
const SETTLE_MS = 150;
const SENDER = 0;

/** Rooms with one who shares and some who watch, all connected and silent until run. */
export class Scene {
  readonly #relay: Relay;
  readonly #shape: SceneShape;
  readonly #streams: ScreenStream[] = [];
  readonly #viewers: RawPeer[] = [];
  readonly #senders: RawPeer[] = [];

  static async set(relay: Relay, shape: SceneShape, certificate: Certificate): Promise<Scene> {
    const scene = new Scene(relay, shape);
    for (let room = 0; room < shape.rooms; room++) await scene.#fill(room, certificate);
    return scene;
  }

  private constructor(relay: Relay, shape: SceneShape) {
    this.#relay = relay;
    this.#shape = shape;
  }

  /** Microseconds of the relay's processor for each packet that reached a viewer. */
  async run(ms: number): Promise<{ perPacket: number; packetsOut: number; lost: number }> {
    const before = { received: this.#received(), cpu: await this.#relay.cpuMs() };
    const sent = await Promise.all(this.#streams.map((stream) => stream.run(ms, this.#shape.packetsPerSecond)));
    await sleep(SETTLE_MS);
    const cpu = (await this.#relay.cpuMs()) - before.cpu;
    const packetsOut = this.#received() - before.received;
    const due = sent.reduce((sum, count) => sum + count, 0) * this.#shape.viewers;
    return { perPacket: (cpu * 1000) / packetsOut, packetsOut, lost: due - packetsOut };
  }

  close(): void {
    for (const peer of [...this.#senders, ...this.#viewers]) peer.close();
  }

  async #fill(room: number, certificate: Certificate): Promise<void> {
    const relay = this.#relay;
    await relay.openRoom(room);
    const sender = await this.#join(room, SENDER, certificate);
    this.#senders.push(sender);
    const rtp = screenVideo();
    const producerId = await relay.produce(room, SENDER, rtp);
    for (let peer = 1; peer <= this.#shape.viewers; peer++) {
      this.#viewers.push(await this.#join(room, peer, certificate));
      await relay.watch(room, peer, producerId, viewer());
    }
    const stream = new ScreenStream(sender, rtp);
    this.#streams.push(stream);
    // Whoever began to watch waits for a key frame, and asks until there was one.
    await stream.run(SETTLE_MS, 100);
  }

  async #join(room: number, peer: number, certificate: Certificate): Promise<RawPeer> {
    const transport = await this.#relay.join(room, peer);
    await this.#relay.connect(room, peer, certificate.dtls);
    return RawPeer.connect(transport, certificate);
  }

  #received(): number {
    return this.#viewers.reduce((sum, { received }) => sum + received, 0);
  }
}
