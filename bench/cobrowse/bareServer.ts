import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { type WebSocket, WebSocketServer } from 'ws';

/*
 * The baselines of the relay, as they come: whatever the sharer sends goes to everybody who watches. argv[2] says which:
 * socket.io or ws.
 */

const http = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html');
  response.end('<!doctype html><title>Bare</title>');
});

if (process.argv[2] === 'socket.io') {
  const io = new Server(http, { serveClient: false, perMessageDeflate: false, transports: ['websocket'] });
  io.on('connection', (socket) => {
    if (socket.handshake.query['role'] === 'viewer') void socket.join('room');
    else socket.on('frame', (frame: Buffer) => io.to('room').emit('frame', frame));
  });
} else {
  const viewers = new Set<WebSocket>();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket, request) => {
    if (request.url !== '/viewer') {
      socket.on('message', (frame) => {
        for (const viewer of viewers) viewer.send(frame, { binary: true });
      });
      return;
    }
    viewers.add(socket);
    socket.on('close', () => viewers.delete(socket));
  });
}

http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on ${(http.address() as AddressInfo).port}\n`);
});
