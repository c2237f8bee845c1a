import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as mediasoup from 'mediasoup';
import type { DtlsParameters, MediaKind, RtpCapabilities, RtpParameters, WebRtcTransport } from 'mediasoup/types';
import { type WebSocket, WebSocketServer } from 'ws';
import { mediaCodecs } from '#sfu/codecs.ts';
import { freeTcpPort } from '#sfu/listen.ts';

/*
 * The baseline: mediasoup and a WebSocket. The path is the call: /publisher and /viewer of one room at a time, made
 * anew for every pair of sockets. It serves its own page, whose script is the file in argv[2].
 */

const worker = await mediasoup.createWorker({ logLevel: 'error' });
const port = await freeTcpPort('127.0.0.1');
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ip: '127.0.0.1', port })),
});

class Room {
  readonly router = worker.createRouter({ mediaCodecs });
  viewer: WebSocket | undefined;
  producerId = '';

  async transport(): Promise<WebRtcTransport> {
    return (await this.router).createWebRtcTransport({
      webRtcServer,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: 3_000_000,
    });
  }
}

let room = new Room();
// Warm, as CoView's routers are.
await room.router;

interface Request {
  id: number;
  name: 'capabilities' | 'join' | 'produce' | 'connect';
  rtpCapabilities?: RtpCapabilities;
  dtls: DtlsParameters;
  kind: MediaKind;
  rtpParameters: RtpParameters;
}

function serve(socket: WebSocket, role: string): void {
  if (role === '/viewer') {
    room = new Room();
    room.viewer = socket;
  }
  const mine = room;
  let transport: WebRtcTransport;
  let resume: (() => Promise<void>)[] = [];
  const answer = async (request: Request): Promise<unknown> => {
    const router = await mine.router;
    if (request.name === 'capabilities') return router.rtpCapabilities;
    if (request.name === 'join') {
      transport = await mine.transport();
      const { rtpCapabilities } = request;
      const consumers = rtpCapabilities
        ? [await transport.consume({ producerId: mine.producerId, rtpCapabilities, paused: true })]
        : [];
      resume = consumers.map((consumer) => () => consumer.resume());
      const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
      return {
        router: router.rtpCapabilities,
        transport: { id, iceParameters, iceCandidates, dtlsParameters },
        consumers: consumers.map(({ id, producerId, kind, rtpParameters }) => ({
          id,
          producerId,
          kind,
          rtpParameters,
        })),
      };
    }
    if (request.name === 'connect') {
      await transport.connect({ dtlsParameters: request.dtls });
      await Promise.all(resume.map((act) => act()));
      return {};
    }
    const { kind, rtpParameters, dtls } = request;
    const [producer] = await Promise.all([
      transport.produce({ kind, rtpParameters, keyFrameRequestDelay: 400 }),
      transport.connect({ dtlsParameters: dtls }),
    ]);
    mine.producerId = producer.id;
    mine.viewer?.send(JSON.stringify({ available: true }));
    return producer.id;
  };
  socket.on('message', (text) => {
    const request = JSON.parse(String(text)) as Request;
    void answer(request).then((data) => socket.send(JSON.stringify({ id: request.id, data })));
  });
  socket.on('close', () => {
    if (role === '/viewer') void mine.router.then((router) => router.close());
  });
}

const script = readFileSync(process.argv[2] ?? '', 'utf8');
const http = createServer((request, response) => {
  const js = request.url === '/page.js';
  response.setHeader('content-type', js ? 'text/javascript' : 'text/html');
  response.end(
    js
      ? script
      : '<!doctype html><button>Accept</button><video muted autoplay></video><script type="module" src="/page.js"></script>',
  );
});
new WebSocketServer({ server: http }).on('connection', (socket, request) => serve(socket, request.url ?? ''));
http.listen(0, '127.0.0.1', () => process.stdout.write(`listening on ${(http.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => {
  worker.close();
  process.exit(0);
});
