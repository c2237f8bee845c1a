import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and can fall silent without closing anything, as a broken network does. */
export class SilentProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** While it is silent, it swallows what either side sends. */
  silent = false;

  #cut = false;

  private constructor(target: number) {
    this.#server = createServer((near) => {
      if (this.#cut) return void near.destroy();
      const far = connect(target, '127.0.0.1');
      this.#forward(near, far);
      this.#forward(far, near);
    });
  }

  static async to(target: number): Promise<SilentProxy> {
    const proxy = new SilentProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy is closed.');
    return address.port;
  }

  /** Ends what goes through it and refuses what comes, until mended: a network that is down and known to be. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (bytes) => {
      if (!this.silent) to.write(bytes);
    });
    // A broken connection is closed next, and that is all there is to know.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
