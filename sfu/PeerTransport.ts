import type { Consumer, Producer, Router, WebRtcServer, WebRtcTransport } from 'mediasoup/types';
import { CvError } from '#protocol/errors.ts';
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource, TransportInfo } from '#protocol/media.ts';
import type { DtlsParameters, RtpCapabilities } from '#protocol/rtp.ts';
import type { ProduceOptions } from '#protocol/Sfu.ts';
import { ask, consumerInfo, engineCapabilities, engineDtls, engineRtp, transportInfo } from './engine.ts';
import { insistOnKeyFrame, KEY_FRAME_REQUEST_GAP_MS } from './keyFrames.ts';

/** Screen, its sound, camera, microphone: no page has more to send. */
const MAX_PRODUCERS = 4;

/** A screen of 1080p is readable from about this rate on; the engine's estimate replaces it within seconds. */
const INITIAL_OUTGOING_BITS_PER_SECOND = 2_000_000;

/** Longer than an outage that a call has to survive without being set up again, which is 20 s. */
const ICE_CONSENT_TIMEOUT_SECONDS = 30;

/** A producer with what the contract calls it by. */
export interface Sent {
  readonly producer: Producer;
  readonly source: MediaSource;
}

/** One participant's one transport, with what it sends and receives over it. */
export class PeerTransport {
  readonly #transport: WebRtcTransport;
  readonly #sent = new Map<string, Sent>();
  readonly #received = new Map<string, Consumer>();
  #connected = false;
  #producing = 0;

  static async create(router: Router, server: WebRtcServer): Promise<PeerTransport> {
    const transport = await ask('create a transport', 'UNAVAILABLE', () =>
      router.createWebRtcTransport({
        webRtcServer: server,
        enableUdp: true,
        enableTcp: true,
        preferUdp: true,
        iceConsentTimeout: ICE_CONSENT_TIMEOUT_SECONDS,
        initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITS_PER_SECOND,
      }),
    );
    return new PeerTransport(transport);
  }

  private constructor(transport: WebRtcTransport) {
    this.#transport = transport;
  }

  get id(): TransportId {
    return this.#transport.id as TransportId;
  }

  get info(): TransportInfo {
    return transportInfo(this.#transport);
  }

  get sent(): Iterable<Sent> {
    return this.#sent.values();
  }

  async connect(dtls: DtlsParameters): Promise<void> {
    if (this.#connected) throw new CvError('CONFLICT', 'this transport is connected already');
    this.#connected = true;
    try {
      await ask('connect', 'INVALID_INPUT', () => this.#transport.connect({ dtlsParameters: engineDtls(dtls) }));
    } catch (error) {
      this.#connected = false;
      throw error;
    }
  }

  async produce({ kind, source, rtpParameters }: ProduceOptions): Promise<ProducerId> {
    // The engine does not compare these itself, and would forward sound under the rules of video.
    if (!rtpParameters.codecs.every(({ mimeType }) => mimeType.startsWith(`${kind}/`)))
      throw new CvError('INVALID_INPUT', `produce: the codecs are not all of kind ${kind}`);
    if (this.#producing >= MAX_PRODUCERS)
      throw new CvError('CONFLICT', `produce: at most ${MAX_PRODUCERS} tracks on one transport`);
    this.#producing++;
    try {
      const producer = await ask('produce', 'INVALID_INPUT', () =>
        this.#transport.produce({
          kind,
          rtpParameters: engineRtp(rtpParameters),
          keyFrameRequestDelay: KEY_FRAME_REQUEST_GAP_MS,
          appData: { source },
        }),
      );
      this.#mustBeOpen();
      this.#sent.set(producer.id, { producer, source });
      return producer.id as ProducerId;
    } catch (error) {
      this.#producing--;
      throw error;
    }
  }

  /** `onEnded` is told when the producer ends; not when this transport itself closes. */
  async consume(
    { producer, source }: Sent,
    capabilities: RtpCapabilities,
    onEnded: (id: ConsumerId) => void,
  ): Promise<ConsumerInfo> {
    const consumer = await ask('consume', 'INVALID_INPUT', () =>
      this.#transport.consume({
        producerId: producer.id,
        rtpCapabilities: engineCapabilities(capabilities),
        paused: true,
        appData: { source },
      }),
    );
    this.#mustBeOpen();
    this.#received.set(consumer.id, consumer);
    consumer.once('producerclose', () => {
      this.#received.delete(consumer.id);
      onEnded(consumer.id as ConsumerId);
    });
    return consumerInfo(consumer, source);
  }

  async resume(consumerId: ConsumerId): Promise<void> {
    const consumer = this.#received.get(consumerId);
    if (!consumer) throw new CvError('NOT_FOUND', 'no such consumer');
    if (!consumer.paused) return;
    const watched = consumer.kind === 'video' ? insistOnKeyFrame(consumer) : undefined;
    try {
      await ask('resume', 'UNAVAILABLE', () => consumer.resume());
    } catch (error) {
      watched?.();
      throw error;
    }
  }

  close(): void {
    this.#transport.close();
    this.#sent.clear();
    this.#received.clear();
  }

  /** An answer that arrives after the transport closed brings an object that nothing would ever close. */
  #mustBeOpen(): void {
    if (this.#transport.closed) throw new CvError('NOT_FOUND', 'the transport closed meanwhile');
  }
}
