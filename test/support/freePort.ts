import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port that is free for TCP and UDP, and so are those after it, `count` in all. They are below the ones that systems
 * give to whoever asks for any, so that nobody comes by one between this look and its use, or while a server restarts;
 * and above 10080, which browsers and `fetch` refuse.
 */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const port = 10_100 + Math.floor(Math.random() * 20_000);
    const range = Array.from({ length: count }, (_, place) => port + place);
    if ((await Promise.all(range.map(isFree))).every(Boolean)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const tcp = createServer();
  const udp = createSocket('udp4');
  try {
    await Promise.all([once(tcp.listen(port), 'listening'), once(udp.bind(port), 'listening')]);
    return true;
  } catch {
    return false;
  } finally {
    await Promise.allSettled([closed(tcp), closed(udp)]);
  }
}

/** Also of what was never open. */
const closed = (one: { close(done: () => void): unknown }) => new Promise<void>((resolve) => void one.close(resolve));
