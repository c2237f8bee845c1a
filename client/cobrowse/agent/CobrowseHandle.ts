import type { CobrowseCapability, CobrowseEndReason, CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { CobrowseId, VisitorId } from '#protocol/ids.ts';
import { type SessionDriver, SessionHandle } from '../../core/SessionHandle.ts';
import type { Cobrowsing, CobrowsingEvents } from '../../page/Cobrowsing.ts';
import type { MirrorMode } from '../mirror/messages.ts';

/** What drives a session behind its handle. */
export interface CobrowseDriver extends SessionDriver {
  leave(): void;
  mode(mode: MirrorMode): void;
  askControl(capabilities: CobrowseCapability[]): Promise<void>;
  release(): Promise<void>;
  rename(visitor: string): void;
}

/** What `CV.calling.startCobrowse` and `CV.cobrowse.join` return, at once: it rings before anything is known. */
export class CobrowseHandle
  extends SessionHandle<CobrowseEndReason, CobrowsingEvents, CobrowseDriver>
  implements Cobrowsing
{
  id: CobrowseId | undefined;
  /** Whose page it is; who joins learns it from the session. */
  visitorId: VisitorId | undefined;
  /** As the server told it last. */
  session: CobrowseView | undefined;
  #visitor = '';

  constructor() {
    super('session');
  }

  /** Watches no more; the session goes on for the others. */
  leave(): void {
    if (this.state === 'ended') return;
    if (this.driver) this.driver.leave();
    else this.over('cancelled');
  }

  /** What the agent’s pointer does: nothing, a laser, a pen, a highlight or, once granted, what it does at the visitor. */
  mode(mode: MirrorMode): void {
    this.driver?.mode(mode);
  }

  /** Asks the visitor to let this page act; `changed` tells what was granted. */
  async askControl(capabilities: CobrowseCapability[]): Promise<void> {
    await this.#driving().askControl(capabilities);
  }

  /** Gives control back, or asks for it no more. */
  async release(): Promise<void> {
    await this.#driving().release();
  }

  /** What the agent’s own page calls the visitor; else the panel says who was tagged. */
  rename(visitor: string): void {
    this.#visitor = visitor;
    this.driver?.rename(visitor);
  }

  /** @internal */
  override drive(driver: CobrowseDriver): void {
    super.drive(driver);
    if (this.#visitor) driver.rename(this.#visitor);
  }

  /** @internal */
  update(session: CobrowseView): void {
    if (this.state === 'ended') return;
    this.id = session.id;
    this.visitorId = session.visitorId;
    this.session = session;
    this.went(session.state, session.reason);
    this.emit('changed', session);
  }

  #driving(): CobrowseDriver {
    if (!this.driver || this.state === 'ended') throw new CvError('CONFLICT', 'The session does not go on.');
    return this.driver;
  }
}
