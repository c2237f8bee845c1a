import { io, type Socket } from 'socket.io-client';
import type { EventName, EventPayload, MethodName, MethodOutput, MethodRequest } from '#protocol/api.ts';
import { CvError, type WireError } from '#protocol/errors.ts';
import type { TabId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';

export const page = { url: 'http://shop.test/', title: 'Shop', state: 'active' as const, screen: true };

type Seen = { event: string; payload: unknown };

/** A socket as a page would hold it, for tests without a browser. */
export class Peer {
  readonly socket: Socket;
  readonly tab: TabId;
  readonly #seen: Seen[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(socket: Socket, tab: TabId) {
    this.socket = socket;
    this.tab = tab;
    socket.onAny((event: string, payload: unknown) => {
      this.#seen.push({ event, payload });
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Resolves when the socket stands; rejects with the server's CvError. */
  static connect(url: string, auth: Record<string, unknown>, options: Record<string, unknown> = {}): Promise<Peer> {
    const tab = (auth['tab'] as TabId | undefined) ?? newId<TabId>('t');
    const socket = io(url, {
      query: { site: auth['site'] },
      auth: { tab, ...auth },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      ...options,
    });
    const peer = new Peer(socket, tab);
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(peer));
      socket.once('connect_error', (error: Error & { data?: WireError }) => {
        socket.disconnect();
        reject(error.data ? new CvError(error.data.code, error.data.message) : error);
      });
    });
  }

  static visitor(url: string, auth: Record<string, unknown> = {}, options?: Record<string, unknown>): Promise<Peer> {
    return Peer.connect(url, { role: 'visitor', site: 'demo', page, ...auth }, options);
  }

  static agent(url: string, token: string, auth: Record<string, unknown> = {}): Promise<Peer> {
    return Peer.connect(url, { role: 'agent', site: 'demo', token, ...auth });
  }

  async request<M extends MethodName>(name: M, input: MethodRequest<M>): Promise<MethodOutput<M>> {
    const answer = await this.raw(name, input);
    if ('error' in answer) throw new CvError(answer.error.code, answer.error.message);
    return answer.data as MethodOutput<M>;
  }

  /** Anything at all, as a hostile page would send it. */
  raw(name: unknown, input: unknown): Promise<{ data: unknown } | { error: WireError }> {
    return this.socket.timeout(20_000).emitWithAck('request', name, input);
  }

  /** The first event of this name that fits, already received or still to come. */
  async event<E extends EventName>(
    name: E,
    fits: (payload: EventPayload<E>) => boolean = () => true,
  ): Promise<EventPayload<E>> {
    const find = () => this.#seen.find(({ event, payload }) => event === name && fits(payload as EventPayload<E>));
    const found = find();
    if (found) return found.payload as EventPayload<E>;
    return new Promise((resolve) => {
      const look = () => {
        const later = find();
        if (!later) return;
        this.#waiting.delete(look);
        resolve(later.payload as EventPayload<E>);
      };
      this.#waiting.add(look);
    });
  }

  /** The name of the very first event. */
  get first(): string | undefined {
    return this.#seen[0]?.event;
  }

  /** Everything that has come so far. */
  get heard(): readonly Seen[] {
    return this.#seen;
  }

  /** The payloads of all such events that have come so far. */
  all<E extends EventName>(name: E): EventPayload<E>[] {
    return this.#seen.filter(({ event }) => event === name).map(({ payload }) => payload as EventPayload<E>);
  }

  /** Whether such an event has come so far. */
  received(name: EventName): boolean {
    return this.#seen.some(({ event }) => event === name);
  }

  /** Resolves when the server has ended the socket. */
  ended(): Promise<void> {
    if (!this.socket.connected) return Promise.resolve();
    return new Promise((resolve) => this.socket.once('disconnect', () => resolve()));
  }

  close(): void {
    this.socket.disconnect();
  }
}
