import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TransportInfo } from '#protocol/media.ts';
import { type Certificate, handshake } from './dtls.ts';
import { SrtpSender } from './SrtpSender.ts';
import { bindingRequest, isBindingSuccess } from './stun.ts';

const RETRY_MS = 200;
/** Within the time after which the relay takes a silent peer for gone. */
const CONSENT_MS = 5_000;
/** mediasoup's own packets, with which it probes for bandwidth. */
const PROBATION_SSRC = 1234;
const BUFFER_BYTES = 4 * 1024 * 1024;

interface IceInfo {
  iceParameters: { usernameFragment: string; password: string };
  iceCandidates: { protocol: string; address: string; port: number }[];
}

/**
 * A WebRTC endpoint without a browser: ICE, DTLS and SRTP as far as a relay demands them. It sends packets at a rate
 * that no encoder decides, and receives without decoding, so that fifty of them fit on one core.
 */
export class RawPeer {
  /** RTP packets of the stream that have come. */
  received = 0;
  readonly #socket: Socket;
  readonly #remote: { address: string; port: number };
  readonly #ice: IceInfo['iceParameters'];
  #consent: NodeJS.Timeout | undefined;
  #client: number | undefined;
  #sender: SrtpSender | undefined;
  #onStun: (() => void) | undefined;

  /** The relay has to know the certificate's fingerprint already. */
  static async connect(transport: TransportInfo, certificate: Certificate): Promise<RawPeer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const peer = new RawPeer(socket, transport as unknown as IceInfo);
    await peer.#reach();
    peer.#sender = new SrtpSender(await handshake((socket.address() as AddressInfo).port, certificate));
    return peer;
  }

  private constructor(socket: Socket, { iceParameters, iceCandidates }: IceInfo) {
    const candidate = iceCandidates.find(({ protocol }) => protocol === 'udp');
    if (!candidate) throw new Error('the relay offers no UDP');
    this.#socket = socket;
    this.#remote = candidate;
    this.#ice = iceParameters;
    socket.on('message', (message, { port }) => this.#message(message, port));
  }

  send(packet: Buffer, headerBytes: number): void {
    if (!this.#sender) throw new Error('not connected');
    this.#socket.send(this.#sender.protect(packet, headerBytes), this.#remote.port, this.#remote.address);
  }

  close(): void {
    clearInterval(this.#consent);
    this.#socket.close();
  }

  async #reach(): Promise<void> {
    const ask = () => this.#socket.send(bindingRequest(this.#ice), this.#remote.port, this.#remote.address);
    const answered = new Promise<void>((resolve) => {
      this.#onStun = resolve;
    });
    ask();
    const retry = setInterval(ask, RETRY_MS);
    await answered;
    clearInterval(retry);
    this.#consent = setInterval(ask, CONSENT_MS);
  }

  /** RFC 7983: the first byte tells RTP, DTLS and STUN apart. */
  #message(message: Buffer, port: number): void {
    const first = message[0] ?? 0;
    if (first >= 128) {
      // Payload types 64 to 95 are RTCP (RFC 5761).
      const type = (message[1] ?? 0) & 0x7f;
      if ((type < 64 || type > 95) && message.readUInt32BE(8) !== PROBATION_SSRC) this.received++;
    } else if (port !== this.#remote.port) {
      this.#client = port;
      this.#socket.send(message, this.#remote.port, this.#remote.address);
    } else if (first < 4) {
      if (isBindingSuccess(message)) this.#onStun?.();
    } else if (this.#client !== undefined) this.#socket.send(message, this.#client, '127.0.0.1');
  }
}
