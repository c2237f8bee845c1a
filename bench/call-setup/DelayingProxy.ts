import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to a local server that takes its time: every byte arrives `delayMs` later, in order, each way. */
export class DelayingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target = 0;
  #delayMs = 0;

  private constructor() {
    this.#server = createServer({ noDelay: true }, (near) => {
      const far = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
      this.#forward(near, far);
      this.#forward(far, near);
    });
  }

  static async open(): Promise<DelayingProxy> {
    const proxy = new DelayingProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** From the next connection on. */
  leadTo(target: number, delayMs: number): void {
    this.#target = target;
    this.#delayMs = delayMs;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #forward(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    const later = (act: () => void) => (this.#delayMs > 0 ? setTimeout(act, this.#delayMs) : act());
    from.on('data', (bytes) => later(() => to.write(bytes)));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}
