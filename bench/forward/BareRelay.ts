import { createWorker } from 'mediasoup';
import type {
  RtpCapabilities as EngineCapabilities,
  RtpParameters as EngineRtp,
  Router,
  WebRtcServer,
  WebRtcTransport,
  Worker,
} from 'mediasoup/types';
import { pin, serverCpus } from '#bench/harness/cpus.ts';
import { progress } from '#bench/harness/progress.ts';
import type { TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';
import { mediaCodecs } from '#sfu/codecs.ts';
import { freeTcpPort, listenAddresses } from '#sfu/listen.ts';
import type { Relay } from './Relay.ts';

/** mediasoup as its documentation uses it, on the same worker program, with the codecs and kind of transport that CoView has. */
export class BareRelay implements Relay {
  readonly #worker: Worker;
  readonly #server: WebRtcServer;
  readonly #routers = new Map<number, Router>();
  readonly #transports = new Map<string, WebRtcTransport>();

  static async start(): Promise<BareRelay> {
    const worker = await createWorker({ logLevel: 'error' });
    worker.once('died', (error) => progress(`the bare relay: ${error.message}`));
    pin(worker.pid, serverCpus);
    const port = await freeTcpPort('127.0.0.1');
    const listen = listenAddresses('127.0.0.1');
    const server = await worker.createWebRtcServer({
      listenInfos: (['udp', 'tcp'] as const).flatMap((protocol) => listen.map((at) => ({ protocol, ...at, port }))),
    });
    return new BareRelay(worker, server);
  }

  private constructor(worker: Worker, server: WebRtcServer) {
    this.#worker = worker;
    this.#server = server;
  }

  async openRoom(room: number): Promise<void> {
    this.#routers.set(room, await this.#worker.createRouter({ mediaCodecs }));
  }

  async join(room: number, peer: number): Promise<TransportInfo> {
    const transport = await this.#router(room).createWebRtcTransport({
      webRtcServer: this.#server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
    });
    this.#transports.set(`${room}/${peer}`, transport);
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
    return { id, iceParameters, iceCandidates, dtlsParameters } as unknown as TransportInfo;
  }

  async connect(room: number, peer: number, dtlsParameters: DtlsParameters): Promise<void> {
    await this.#transport(room, peer).connect({ dtlsParameters });
  }

  async produce(room: number, peer: number, rtp: RtpParameters): Promise<string> {
    const producer = await this.#transport(room, peer).produce({ kind: 'video', rtpParameters: rtp as EngineRtp });
    return producer.id;
  }

  async watch(room: number, peer: number, producerId: string, capabilities: RtpCapabilities): Promise<void> {
    const rtpCapabilities = capabilities as EngineCapabilities;
    const consumer = await this.#transport(room, peer).consume({ producerId, rtpCapabilities, paused: true });
    await consumer.resume();
  }

  async cpuMs(): Promise<number> {
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    return ru_utime + ru_stime;
  }

  close(): void {
    this.#worker.close();
  }

  #router(room: number): Router {
    const router = this.#routers.get(room);
    if (!router) throw new Error(`room ${room} is not open`);
    return router;
  }

  #transport(room: number, peer: number): WebRtcTransport {
    const transport = this.#transports.get(`${room}/${peer}`);
    if (!transport) throw new Error(`peer ${peer} has not joined room ${room}`);
    return transport;
  }
}
