import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';

const A = 1;
const NAME_ERROR = 3;

/** A DNS server that answers each question for IPv4 with the next of its addresses; the last one stays. */
export class NameServer {
  /** Names asked for. */
  readonly asked: string[] = [];
  readonly resolver = new Resolver({ timeout: 10_000, tries: 1 });
  readonly #socket: Socket;
  readonly #answers: string[][];

  private constructor(answers: string[][]) {
    this.#answers = answers;
    this.#socket = createSocket('udp4', (question, { port, address }) => {
      this.#socket.send(this.#answer(question), port, address);
    });
  }

  static async open(...answers: string[][]): Promise<NameServer> {
    const server = new NameServer(answers);
    await new Promise<void>((resolve) => server.#socket.bind(0, '127.0.0.1', resolve));
    server.resolver.setServers([`127.0.0.1:${(server.#socket.address() as AddressInfo).port}`]);
    return server;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  /** RFC 1035 §4: the question as it came, and below it an address a record. */
  #answer(message: Buffer): Buffer {
    let end = 12;
    const labels: string[] = [];
    while (message[end]) {
      const length = message.readUInt8(end);
      labels.push(message.toString('latin1', end + 1, end + 1 + length));
      end += length + 1;
    }
    const type = message.readUInt16BE(end + 1);
    const question = message.subarray(12, end + 5);
    if (type === A) this.asked.push(labels.join('.'));
    const addresses = type === A ? ((this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? []) : [];
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (addresses.length === 0 ? NAME_ERROR : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) =>
      Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
    );
    return Buffer.concat([head, question, ...records]);
  }
}
