import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Of the connection that it came by. */
  port: number;
}

type Answer = (request: Received, response: ServerResponse) => void;

/** A site's server that webhooks are sent to. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it answers from now on. */
  answer: Answer;
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();

  private constructor(answer: Answer) {
    this.answer = answer;
    this.#server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { url: path = '', headers, socket } = request;
      const one = { path, headers, body, port: socket.remotePort ?? 0 };
      this.received.push(one);
      for (const look of this.#waiting) look();
      this.answer(one, response);
    });
  }

  /** Answers this status, or whatever it is told to. */
  static async open(answer: Answer | number = 204): Promise<Receiver> {
    const receiver = new Receiver(typeof answer === 'number' ? always(answer) : answer);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Resolves when so many have come. */
  count(number: number): Promise<Received[]> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.received.length < number) return;
        this.#waiting.delete(look);
        resolve(this.received);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

export const always =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end();

/** Takes the request and says nothing. */
export const silent: Answer = () => {};
