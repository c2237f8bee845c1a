import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';

/* The baseline: koa as it comes, which answers each path with the object it was given for it. */

const answers = new Map<string, unknown>();
const app = new Koa();

app.use((ctx) => {
  ctx.body = answers.get(ctx.url);
});

process.on('message', (message: { answers?: Record<string, string> }) => {
  if (!message.answers) return;
  for (const [path, text] of Object.entries(message.answers)) answers.set(path, JSON.parse(text));
  process.send?.('set');
});

const http = createServer(app.callback());
http.keepAliveTimeout = 75_000;
http.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on ${(http.address() as AddressInfo).port}\n`);
});
