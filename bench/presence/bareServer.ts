import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { EngineSettings } from './EngineSocket.ts';

/*
 * The baseline: socket.io as it comes, with the settings that CoView's sockets have, which answers what it is asked
 * without doing anything.
 */

type Acknowledge = (answer: unknown) => void;

const { pingInterval, pingTimeout, maxPayload } = JSON.parse(process.argv[2] ?? '') as EngineSettings;

const http = createServer();
const io = new Server(http, {
  serveClient: false,
  maxHttpBufferSize: maxPayload,
  pingInterval,
  pingTimeout,
  perMessageDeflate: false,
});
let list: unknown[] = [];
let watcher: string | undefined;

io.on('connection', (socket) => {
  socket.on('request', (name: string, input: { on?: boolean }, acknowledge: Acknowledge) => {
    if (name === 'presence.list') acknowledge({ data: list });
    else if (name === 'presence.watch') {
      watcher = input.on ? socket.id : undefined;
      acknowledge({ data: [] });
    } else {
      acknowledge({ data: {} });
      // As plain socket.io is used: one message for each change.
      if (watcher) io.to(watcher).emit('presence.changed', { changed: [list[0]], gone: [] });
    }
  });
});

process.on('message', (message: { list?: unknown[] }) => {
  if (!message.list) return;
  list = message.list;
  process.send?.('listed');
});

http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on ${(http.address() as AddressInfo).port}\n`);
});
