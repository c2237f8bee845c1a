import type { types } from 'mediasoup-client';
import type { MethodOutput } from '#protocol/api.ts';
import type { CvError } from '#protocol/errors.ts';
import type { CallId, ConsumerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities, RtpParameters } from '#protocol/rtp.ts';
import type { Connection } from './Connection.ts';
import { Emitter } from './Emitter.ts';

type Joined = MethodOutput<'media.join'>;

interface MediaEvents {
  /** Something to show has arrived. */
  track: (track: MediaStreamTrack, source: MediaSource) => void;
  /** It is gone. */
  trackEnded: (track: MediaStreamTrack) => void;
  /** The way to the media server stands, or is lost. */
  connected: (connected: boolean) => void;
  failed: (error: CvError | Error) => void;
}

export interface Published {
  track: MediaStreamTrack;
  source: MediaSource;
  options: Omit<types.ProducerOptions, 'track'>;
}

/**
 * One side of a call's media. Everything that needs a round trip is done while it rings (`prepare`); from then on
 * sending costs one message and receiving one round trip. `rejoin` builds the way anew with what was being sent.
 */
export class MediaSession extends Emitter<MediaEvents> {
  readonly callId: CallId;
  readonly #connection: Connection;
  readonly #direction: 'send' | 'receive';
  #device: types.Device | undefined;
  #transport: types.Transport | undefined;
  #joining: Promise<void> | undefined;
  /** The sender's DTLS parameters travel with its first track. */
  #dtls: DtlsParameters | undefined;
  readonly #published: Published[] = [];
  readonly #consumers = new Map<ConsumerId, types.Consumer>();
  #waiting: ConsumerInfo[] = [];
  #toResume: ConsumerId[] = [];
  #receiving: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(connection: Connection, callId: CallId, direction: 'send' | 'receive') {
    super();
    this.#connection = connection;
    this.callId = callId;
    this.#direction = direction;
  }

  /** Loads the device and joins. Calling it again waits for the same. */
  prepare(): Promise<void> {
    this.#joining ??= this.#join();
    return this.#joining;
  }

  get broken(): boolean {
    const state = this.#transport?.connectionState;
    return state === 'failed' || state === 'disconnected' || state === 'closed';
  }

  /** Joins anew and sends again what was being sent. */
  async rejoin(): Promise<void> {
    this.#transport?.close();
    this.#dropConsumers();
    this.#dtls = undefined;
    this.#joining = undefined;
    await this.prepare();
    for (const published of this.#published) await this.#send(published);
  }

  async publish(published: Published): Promise<void> {
    this.#published.push(published);
    await this.prepare();
    await this.#send(published);
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
    this.#dropConsumers();
    this.#transport?.close();
    for (const { track } of this.#published) track.stop();
    this.#published.length = 0;
  }

  async #join(): Promise<void> {
    const { Device } = await import('mediasoup-client');
    const receive = this.#direction === 'receive';
    const load = this.#load(Device);
    if (receive) await load;
    const [joined] = await Promise.all([this.#connection.request('media.join', {
      callId: this.callId,
      ...(receive ? { rtpCapabilities: (this.#device as types.Device).recvRtpCapabilities as RtpCapabilities } : {}),
    }), load]);
    if (this.#closed) return;
    this.#transport = receive ? this.#receiver(joined) : this.#sender(joined);
    this.#transport.on('connectionstatechange', (state) => {
      this.emit('connected', state === 'connected');
      if (state === 'failed') this.#repair();
    });
    const consumers = [...joined.consumers, ...this.#waiting];
    this.#waiting = [];
    if (consumers.length > 0) this.#queue(consumers);
  }

  async #load(Device: typeof types.Device): Promise<void> {
    if (this.#device) return;
    const [device, { routerRtpCapabilities }] = await Promise.all([
      Device.factory(),
      this.#connection.request('media.capabilities', {}),
    ]);
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as types.RtpCapabilities });
    this.#device = device;
  }

  #sender(joined: Joined): types.Transport {
    const transport = (this.#device as types.Device).createSendTransport(transportOptions(joined));
    // The server learns the DTLS parameters together with the first track: one message, no waiting in between.
    transport.on('connect', ({ dtlsParameters }, done) => {
      this.#dtls = dtlsParameters as DtlsParameters;
      done();
    });
    transport.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
      const dtlsParameters = this.#dtls;
      this.#dtls = undefined;
      this.#connection
        .request('media.produce', {
          callId: this.callId,
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

  #receiver(joined: Joined): types.Transport {
    const transport = (this.#device as types.Device).createRecvTransport(transportOptions(joined));
    // ICE and DTLS begin here while the server hears of them; the same message lets the consumers flow.
    transport.on('connect', ({ dtlsParameters }, done) => {
      const resume = this.#toResume;
      this.#toResume = [];
      this.#connection
        .request('media.connect', {
          callId: this.callId,
          transportId: joined.transport.id as TransportId,
          dtlsParameters: dtlsParameters as DtlsParameters,
          resume,
        })
        .catch((error) => this.emit('failed', error));
      done();
    });
    return transport;
  }

  async #send({ track, source, options }: Published): Promise<void> {
    await (this.#transport as types.Transport).produce({
      track,
      stopTracks: false,
      appData: { source },
      ...options,
    });
  }

  /** One after the other: the transport's first connection resumes what it was made for. */
  #queue(offers: readonly ConsumerInfo[]): void {
    this.#receiving = this.#receiving.then(() => this.#consume(offers));
  }

  async #consume(offers: readonly ConsumerInfo[]): Promise<void> {
    const transport = this.#transport as types.Transport;
    this.#toResume = offers.map(({ id }) => id);
    try {
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
      const consumersLeft = this.#toResume;
      this.#toResume = [];
      if (consumersLeft.length > 0) {
        await this.#connection.request('media.resume', { callId: this.callId, consumers: consumersLeft });
      }
    } catch (error) {
      if (!this.#closed && transport === this.#transport) this.emit('failed', error as Error);
    }
  }

  #repair(): void {
    if (this.#closed || !this.#connection.connected) return;
    this.rejoin().catch((error) => this.emit('failed', error));
  }

  #dropConsumers(): void {
    for (const id of [...this.#consumers.keys()]) this.consumerClosed(id);
  }
}

function transportOptions({ transport, iceServers }: Joined): types.TransportOptions {
  return { ...(transport as unknown as types.TransportOptions), iceServers };
}
