import { newId } from '#protocol/newId.ts';
import { page } from '#test/support/Peer.ts';
import type { Hello } from './RelayPage.ts';

const SEPARATOR = '\x1e';

/** A page behind something that lets no WebSocket through. */
export class PollingPage {
  readonly tab: string;
  readonly frames: Uint8Array[] = [];
  readonly #address: string;
  readonly #ending = new AbortController();
  #welcome: () => void = () => {};

  private constructor(address: string, tab: string) {
    this.#address = address;
    this.tab = tab;
  }

  static async connect(url: string, hello: Partial<Hello> = {}): Promise<PollingPage> {
    const { role = 'visitor', tab = newId('t'), token = newId('v'), site = 'demo' } = hello;
    const address = `${url}/socket.io/?EIO=4&transport=polling&site=${site}`;
    const opened = await (await fetch(address)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    const polling = new PollingPage(`${address}&sid=${sid}`, tab);
    const welcomed = new Promise<void>((resolve) => {
      polling.#welcome = resolve;
    });
    await polling.send(`40${JSON.stringify({ role, site, tab, token, page })}`);
    void polling.#poll().catch(() => {});
    await welcomed;
    return polling;
  }

  async send(...messages: (string | Uint8Array)[]): Promise<void> {
    const packets = messages.map((message) =>
      typeof message === 'string' ? message : `b${Buffer.from(message).toString('base64')}`,
    );
    await fetch(this.#address, { method: 'POST', body: packets.join(SEPARATOR) });
  }

  close(): void {
    this.#ending.abort();
  }

  async #poll(): Promise<void> {
    for (;;) {
      const answer = await (await fetch(this.#address, { signal: this.#ending.signal })).text();
      for (const packet of answer.split(SEPARATOR)) {
        if (packet.startsWith('b')) this.frames.push(Buffer.from(packet.slice(1), 'base64'));
        else if (packet === '2') void this.send('3');
        else if (packet.startsWith('42')) this.#welcome();
      }
    }
  }
}
