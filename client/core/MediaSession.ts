import type { types } from 'mediasoup-client';
import { CvError } from '#protocol/errors.ts';
import type { CallId, ConsumerId } from '#protocol/ids.ts';
import type { ConsumerInfo, MediaSource } from '#protocol/media.ts';
import type { Connection } from './Connection.ts';
import { Emitter } from './Emitter.ts';
import { load } from './load.ts';
import type { MediaLink, Published } from './MediaLink.ts';

/** With mediasoup-client in it: what loads only when it rings. */
type MediaModule = typeof import('./MediaLink.ts');

interface MediaEvents {
  /** Something to show has arrived. */
  track: (track: MediaStreamTrack, source: MediaSource) => void;
  /** Its sender has ended it. */
  trackEnded: (track: MediaStreamTrack) => void;
  /** `connected` may have changed. */
  changed: () => void;
  /** The way does not come up, however often it is tried. */
  failed: (error: CvError) => void;
}

/** How often in a row a way that breaks is replaced, and how long after, in milliseconds. */
const REPAIRS = 4;
const REPAIR_MS = 1_000;
/** A way that is interrupted may come back by itself within this time. */
const INTERRUPTED_MS = 4_000;

/**
 * One side of a call's media. Everything that needs a round trip is done while it rings (`prepare`); from then on
 * sending costs one message and receiving one round trip. It holds what is to be sent, and one link that carries it:
 * when that breaks, or at `rejoin`, a new one takes its place.
 */
export class MediaSession extends Emitter<MediaEvents> {
  readonly callId: CallId;
  readonly #connection: Connection;
  readonly #direction: 'send' | 'receive';
  #device: Promise<types.Device> | undefined;
  #link: MediaLink | undefined;
  readonly #published: Published[] = [];
  #repairs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(connection: Connection, callId: CallId, direction: 'send' | 'receive') {
    super();
    this.#connection = connection;
    this.callId = callId;
    this.#direction = direction;
  }

  /** Whether the way to the media server stands. */
  get connected(): boolean {
    return this.#link?.state === 'connected';
  }

  /** Whether the way has to be built anew. */
  get broken(): boolean {
    const state = this.#link?.state ?? 'closed';
    return state === 'failed' || state === 'disconnected' || state === 'closed';
  }

  /** Loads the device and joins, unless that is done. */
  prepare(): Promise<void> {
    return this.#settle();
  }

  async publish(published: Published): Promise<void> {
    this.#published.push(published);
    await this.#settle();
  }

  /** Joins anew with what is being sent; goes on trying for a while by itself. */
  rejoin(): void {
    this.#repairs = 0;
    this.#replace();
  }

  receive(consumer: ConsumerInfo): void {
    this.#link?.receive(consumer);
  }

  consumerClosed(id: ConsumerId): void {
    this.#link?.consumerClosed(id);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    for (const { track } of this.#published) track.stop();
  }

  /** Resolves when the newest link carries everything; of several calls at once no one sends twice. */
  async #settle(): Promise<void> {
    const media = await load(() => import('./MediaLink.ts'));
    while (!this.#closed) {
      this.#link ??= this.#newLink(media);
      const link = this.#link;
      try {
        await link.joined;
        for (const published of this.#published) await link.send(published);
        if (link === this.#link) return;
      } catch (error) {
        // What became of a link that was replaced meanwhile is nobody's concern.
        if (link !== this.#link) continue;
        this.#drop();
        throw error;
      }
    }
  }

  #replace(): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#settle().catch((error) => this.#repair(error));
  }

  #newLink({ MediaLink, loadDevice }: MediaModule): MediaLink {
    const link = new MediaLink({
      connection: this.#connection,
      callId: this.callId,
      direction: this.#direction,
      device: () => this.#loaded(loadDevice),
    });
    const current = () => link === this.#link;
    link.on('track', (track, source) => current() && this.emit('track', track, source));
    link.on('trackEnded', (track) => current() && this.emit('trackEnded', track));
    link.on('failed', (error) => current() && this.#repair(error));
    link.on('state', (state) => current() && this.#moved(state));
    return link;
  }

  #moved(state: types.ConnectionState): void {
    clearTimeout(this.#timer);
    if (state === 'connected') this.#repairs = 0;
    if (state === 'disconnected') this.#timer = setTimeout(() => this.#repair(state), INTERRUPTED_MS);
    if (state === 'failed' || state === 'closed') this.#repair(state);
    this.emit('changed');
  }

  /** Without a connection there is nothing to try; who returns with it asks for `broken`. */
  #repair(cause: unknown): void {
    clearTimeout(this.#timer);
    if (this.#closed || !this.#connection.connected) return;
    if (this.#repairs++ < REPAIRS) {
      this.#timer = setTimeout(() => this.#replace(), this.#repairs === 1 ? 0 : REPAIR_MS);
      return;
    }
    this.emit('failed', new CvError('UNAVAILABLE', 'The media server cannot be reached.', { cause }));
  }

  #drop(): void {
    this.#link?.close();
    this.#link = undefined;
    if (!this.#closed) this.emit('changed');
  }

  #loaded(loadDevice: MediaModule['loadDevice']): Promise<types.Device> {
    this.#device ??= loadDevice(this.#connection);
    this.#device.catch(() => {
      this.#device = undefined;
    });
    return this.#device;
  }
}
