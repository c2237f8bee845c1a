import { deflateRawSync } from 'node:zlib';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import { type FrameKind, MAX_FRAME_PAYLOAD } from '#protocol/frame.ts';
import type { CobrowseId } from '#protocol/ids.ts';
import { writeFrame } from '#protocol/writeFrame.ts';
import { RelayPage } from '#test/cobrowse/relay/RelayPage.ts';

/** A visitor’s socket without a browser behind it, that sends what it likes where a page is expected. */
export class HostileVisitor {
  readonly #socket: RelayPage;
  readonly visitorId: string;
  #seq = 0;
  #stream: number | undefined;

  private constructor(socket: RelayPage) {
    this.#socket = socket;
    this.visitorId = socket.event<{ visitorId: string }>('visitor.welcome').visitorId;
  }

  static async connect(url: string): Promise<HostileVisitor> {
    const socket = await RelayPage.connect(url);
    await socket.request('visitor.tag', { email: 'mallory@example.com' });
    return new HostileVisitor(socket);
  }

  /** Says yes once it has been asked. */
  async accept(): Promise<void> {
    const { session } = this.#socket.event<{ session: CobrowseView }>('cobrowse.offer');
    await this.#socket.request('cobrowse.answer', { id: session.id, accept: true });
  }

  get isAsked(): boolean {
    return this.#socket.events('cobrowse.offer').length > 0;
  }

  get isRecorded(): boolean {
    return this.#socket.events('cobrowse.record').length > 0;
  }

  /** `events` as they are, or JSON that nothing here could write. */
  send(kind: FrameKind, events: unknown): void {
    const { id, stream } = this.#socket.event<{ id: CobrowseId; stream: number }>('cobrowse.record');
    if (stream !== this.#stream) this.#seq = 0;
    this.#stream = stream;
    const bytes = deflateRawSync(typeof events === 'string' ? events : JSON.stringify(events));
    for (let at = 0; at < bytes.length; at += MAX_FRAME_PAYLOAD) {
      const more = at + MAX_FRAME_PAYLOAD < bytes.length;
      const header = { session: id, stream, seq: this.#seq++, kind, deflated: true, more };
      this.#socket.send(writeFrame(header, bytes.subarray(at, at + MAX_FRAME_PAYLOAD)));
    }
  }

  close(): void {
    this.#socket.close();
  }
}
