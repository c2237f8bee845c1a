import { Device, type types } from 'mediasoup-client';
import type { MethodOutput } from '#protocol/api.ts';
import type { CallId, ConsumerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';
import type { Connection } from './Connection.ts';
import { Emitter } from './Emitter.ts';

type Joined = MethodOutput<'media.join'>;

interface LinkEvents {
  /** Something to show has arrived. */
  track: (track: MediaStreamTrack, source: MediaSource) => void;
  /** Its sender has ended it. */
  trackEnded: (track: MediaStreamTrack) => void;
  /** ICE and DTLS; after `failed` nothing comes back by itself. */
  state: (state: types.ConnectionState) => void;
  /** What was offered could not be received. */
  failed: (error: unknown) => void;
}

export interface Published {
  track: MediaStreamTrack;
  source: MediaSource;
  options: Omit<types.ProducerOptions, 'track'>;
}

/** What this browser can send and receive; asked once a call. @public */
export async function loadDevice(connection: Connection): Promise<Device> {
  const asked = connection.request('media.capabilities', {});
  const [device, { routerRtpCapabilities }] = await Promise.all([Device.factory(), asked]);
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
  return device;
}

export interface MediaLinkOptions {
  connection: Connection;
  callId: CallId;
  direction: 'send' | 'receive';
  device: () => Promise<Device>;
}

/** One way to the media server, from joining to its end. A broken one is never mended, only replaced. */
export class MediaLink extends Emitter<LinkEvents> {
  /** Rejects if the call or the server will not have it. */
  readonly joined: Promise<void>;
  readonly #options: MediaLinkOptions;
  #transport: types.Transport | undefined;
  /** The sender's DTLS parameters travel with its first track. */
  #dtls: DtlsParameters | undefined;
  readonly #sent = new Map<Published, Promise<unknown>>();
  readonly #consumers = new Map<ConsumerId, types.Consumer>();
  #waiting: ConsumerInfo[] = [];
  #toResume: ConsumerId[] = [];
  #receiving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: MediaLinkOptions) {
    super();
    this.#options = options;
    this.joined = this.#join();
  }

  get state(): types.ConnectionState {
    return this.#closed ? 'closed' : (this.#transport?.connectionState ?? 'new');
  }

  /** Sends it, once however often it is asked. */
  send(published: Published): Promise<unknown> {
    const { track, source, options } = published;
    const sending =
      this.#sent.get(published) ??
      this.joined.then(() => this.#transport?.produce({ track, stopTracks: false, appData: { source }, ...options }));
    this.#sent.set(published, sending);
    return sending;
  }

  /** A consumer that the server offers. */
  receive(consumer: ConsumerInfo): void {
    if (!this.#transport) this.#waiting.push(consumer);
    else this.#queue([consumer]);
  }

  consumerClosed(id: ConsumerId): void {
    const consumer = this.#consumers.get(id);
    if (!consumer) return;
    this.#consumers.delete(id);
    consumer.close();
    this.emit('trackEnded', consumer.track);
  }

  close(): void {
    this.#closed = true;
    this.#transport?.close();
  }

  async #join(): Promise<void> {
    const { connection, callId, direction } = this.#options;
    const loading = this.#options.device();
    const receiver = direction === 'receive' ? await loading : undefined;
    const [joined, device] = await Promise.all([
      connection.request('media.join', {
        callId,
        ...(receiver && { rtpCapabilities: receiver.recvRtpCapabilities as RtpCapabilities }),
      }),
      loading,
    ]);
    if (this.#closed) return;
    const transport = receiver ? this.#receiver(device, joined) : this.#sender(device, joined);
    this.#transport = transport;
    transport.on('connectionstatechange', (state) => this.emit('state', state));
    const consumers = [...joined.consumers, ...this.#waiting];
    this.#waiting = [];
    if (consumers.length > 0) this.#queue(consumers);
  }

  #sender(device: Device, joined: Joined): types.Transport {
    const { connection, callId } = this.#options;
    const transport = device.createSendTransport(transportOptions(joined));
    // The server learns the DTLS parameters together with the first track: one message, no waiting in between.
    transport.on('connect', ({ dtlsParameters }, done) => {
      this.#dtls = dtlsParameters as DtlsParameters;
      done();
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const dtlsParameters = this.#dtls;
      this.#dtls = undefined;
      connection
        .request('media.produce', {
          callId,
          transportId: joined.transport.id,
          dtlsParameters,
          kind,
          source: appData['source'] as MediaSource,
          rtpParameters: rtpParameters as RtpParameters,
        })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    return transport;
  }

  #receiver(device: Device, joined: Joined): types.Transport {
    const { connection, callId } = this.#options;
    const transport = device.createRecvTransport(transportOptions(joined));
    // ICE and DTLS begin here while the server hears of them; the same message lets the consumers flow.
    transport.on('connect', ({ dtlsParameters }, done) => {
      const resume = this.#toResume;
      this.#toResume = [];
      connection
        .request('media.connect', {
          callId,
          transportId: joined.transport.id as TransportId,
          dtlsParameters: dtlsParameters as DtlsParameters,
          resume,
        })
        .catch((error) => this.#failed(error));
      done();
    });
    return transport;
  }

  /** One after the other: the transport's first connection resumes what it was made for. */
  #queue(offers: readonly ConsumerInfo[]): void {
    this.#receiving = this.#receiving.then(() => this.#consume(offers)).catch((error) => this.#failed(error));
  }

  async #consume(offers: readonly ConsumerInfo[]): Promise<void> {
    const transport = this.#transport as types.Transport;
    this.#toResume = offers.map(({ id }) => id);
    const consumers = await Promise.all(
      offers.map(({ id, producerId, kind, rtpParameters, source }) =>
        transport.consume({
          id,
          producerId,
          kind,
          rtpParameters: rtpParameters as unknown as types.RtpParameters,
          appData: { source },
        }),
      ),
    );
    for (const consumer of consumers) {
      this.#consumers.set(consumer.id as ConsumerId, consumer);
      this.emit('track', consumer.track, consumer.appData['source'] as MediaSource);
    }
    // Nothing left here if the transport's first connection took them along.
    const left = this.#toResume;
    this.#toResume = [];
    if (left.length === 0) return;
    await this.#options.connection.request('media.resume', { callId: this.#options.callId, consumers: left });
  }

  #failed(error: unknown): void {
    if (!this.#closed) this.emit('failed', error);
  }
}

function transportOptions({ transport, iceServers }: Joined): types.TransportOptions {
  return { ...(transport as unknown as types.TransportOptions), iceServers };
}
