import { pin, serverCpus } from '#bench/harness/cpus.ts';
import { progress } from '#bench/harness/progress.ts';
import type { ProducerId, TransportId } from '#protocol/ids.ts';
import type { TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';
import type { Sfu } from '#protocol/Sfu.ts';
import { EmbeddedSfu, type SfuLog } from '#sfu/EmbeddedSfu.ts';
import { listenAddresses } from '#sfu/listen.ts';
import type { Relay } from './Relay.ts';

/** CoView's own media relay, through the verbs that signaling uses. */
export class CoViewRelay implements Relay {
  readonly #sfu: EmbeddedSfu;
  readonly #transports = new Map<string, TransportId>();

  static async start(): Promise<CoViewRelay> {
    const log: SfuLog = (level, message, fields) => {
      if (level !== 'info') progress(`CoView’s relay: ${message} ${JSON.stringify(fields)}`);
    };
    const sfu = await EmbeddedSfu.create({ workers: 1, listen: listenAddresses('127.0.0.1'), port: 0, log });
    for (const pid of sfu.workerPids) pin(pid, serverCpus);
    return new CoViewRelay(sfu);
  }

  private constructor(sfu: EmbeddedSfu) {
    this.#sfu = sfu;
  }

  openRoom(room: number): Promise<void> {
    return this.#sfu.openRoom(String(room));
  }

  async join(room: number, peer: number): Promise<TransportInfo> {
    const info = await this.#sfu.createTransport(String(room), String(peer));
    this.#transports.set(`${room}/${peer}`, info.id);
    return info;
  }

  connect(room: number, peer: number, dtls: DtlsParameters): Promise<void> {
    return this.#sfu.connectTransport(String(room), this.#transport(room, peer), dtls);
  }

  produce(room: number, peer: number, rtpParameters: RtpParameters): Promise<string> {
    const transportId = this.#transport(room, peer);
    return this.#sfu.produce(String(room), String(peer), {
      transportId,
      kind: 'video',
      source: 'screen',
      rtpParameters,
    });
  }

  async watch(room: number, peer: number, producerId: string, capabilities: RtpCapabilities): Promise<void> {
    const sfu: Sfu = this.#sfu;
    const consumer = await sfu.consume(String(room), String(peer), producerId as ProducerId, capabilities);
    if (!consumer) throw new Error('the viewer cannot take this stream');
    await sfu.resume(String(room), String(peer), consumer.id);
  }

  async cpuMs(): Promise<number> {
    const [worker] = (await this.#sfu.stats()).workers;
    if (!worker) throw new Error('the worker died');
    return worker.cpuMs;
  }

  close(): void {
    this.#sfu.close();
  }

  #transport(room: number, peer: number): TransportId {
    const id = this.#transports.get(`${room}/${peer}`);
    if (!id) throw new Error(`peer ${peer} has not joined room ${room}`);
    return id;
  }
}
