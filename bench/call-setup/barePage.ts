import { Device, type types } from 'mediasoup-client';

/*
 * The baseline's pages: mediasoup-client and one WebSocket, nothing else. Each side joins in one round trip once there
 * is something to join for; DTLS parameters travel with the first produce, and with the resume.
 */

type Json = Record<string, unknown>;
type Joined = { router: types.RtpCapabilities; transport: types.TransportOptions; consumers: types.ConsumerOptions[] };

const page = window as unknown as { t0: number; t1: number; ready: boolean };
const now = () => performance.timeOrigin + performance.now();

class Wire {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (data: unknown) => void>();
  #count = 0;

  constructor(url: string, onFact: (data: Json) => void, onOpen: () => void) {
    this.#socket = new WebSocket(url);
    this.#socket.onopen = onOpen;
    this.#socket.onmessage = ({ data }) => {
      const message = JSON.parse(data as string) as Json & { id?: number };
      if (message.id === undefined) onFact(message);
      else this.#answers.get(message.id)?.(message['data']);
    };
  }

  ask<T>(name: string, data: Json): Promise<T> {
    const id = ++this.#count;
    this.#socket.send(JSON.stringify({ id, name, ...data }));
    return new Promise((resolve) => this.#answers.set(id, resolve as (data: unknown) => void));
  }
}

async function publish(url: string): Promise<void> {
  const device = await Device.factory();
  const wire = new Wire(
    url,
    () => {},
    () => (page.ready = true),
  );
  document.querySelector('button')?.addEventListener('click', async () => {
    page.t0 = now();
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30, max: 30 } } });
    const { router, transport: options } = await wire.ask<Joined>('join', {});
    await device.load({ routerRtpCapabilities: router });
    const transport = device.createSendTransport(options);
    let dtls: unknown;
    transport.on('connect', ({ dtlsParameters }, done) => {
      dtls = dtlsParameters;
      done();
    });
    transport.on('produce', ({ kind, rtpParameters }, done) => {
      void wire.ask<string>('produce', { kind, rtpParameters, dtls }).then((id) => done({ id }));
    });
    await transport.produce({ track: stream.getVideoTracks()[0] as MediaStreamTrack });
  });
}

async function view(url: string): Promise<void> {
  const device = await Device.factory();
  const video = document.querySelector('video') as HTMLVideoElement;
  const onFact = async () => {
    const { transport: options, consumers } = await wire.ask<Joined>('join', {
      rtpCapabilities: device.recvRtpCapabilities,
    });
    const transport = device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done) => {
      void wire.ask('connect', { dtls: dtlsParameters });
      done();
    });
    const [consumer] = await Promise.all(consumers.map((consumer) => transport.consume(consumer)));
    video.requestVideoFrameCallback(() => (page.t1 = now()));
    video.srcObject = new MediaStream([(consumer as types.Consumer).track]);
  };
  const wire = new Wire(
    url,
    () => void onFact(),
    async () => {
      await device.load({ routerRtpCapabilities: await wire.ask('capabilities', {}) });
      page.ready = true;
    },
  );
}

const url = `${location.origin.replace('http', 'ws')}${location.pathname}`;
void (location.pathname === '/publisher' ? publish(url) : view(url));
