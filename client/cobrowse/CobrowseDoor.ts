import type { CobrowseView } from '#protocol/cobrowse.ts';
import { CvError } from '#protocol/errors.ts';
import type { WidgetBoot } from '#protocol/site.ts';
import { Emitter } from '../core/Emitter.ts';
import { KeptValue } from '../core/KeptValue.ts';
import { Late } from '../core/Late.ts';
import { notLoaded } from '../core/notLoaded.ts';
import type { VisitorIdentity } from '../identity/VisitorIdentity.ts';
import { openFrameDoor } from './record/frameDoor.ts';
import type { VisitorCobrowsing } from './VisitorCobrowsing.ts';

export interface CobrowseDoorOptions {
  boot: WidgetBoot;
  identity: VisitorIdentity;
  onCobrowse(session: CobrowseView): void;
}

/** Listens for who asks to see the page; what answers loads when somebody does, or when it goes on. */
export class CobrowseDoor extends Emitter<{ changed: () => void }> {
  readonly #options: CobrowseDoorOptions;
  readonly #onCobrowse: (session: CobrowseView) => void;
  /** For as long as the tab lives. */
  readonly #refused: KeptValue;
  #isSharing = false;
  #isOffered = false;
  readonly #sharing: Late<VisitorCobrowsing>;

  constructor(options: CobrowseDoorOptions) {
    super();
    this.#options = { ...options, onCobrowse: (session) => this.#heard(session) };
    this.#sharing = new Late(async () => (await import('./openSharing.ts')).openSharing(this.#options));
    this.#onCobrowse = options.onCobrowse;
    this.#refused = new KeptValue('session', `unasked:${options.boot.site}`);
    const { identity } = options;
    openFrameDoor(options.boot);
    const { connection } = identity;
    connection.onEvent('cobrowse.offer', (offer) => this.#wake((sharing) => sharing.offered(offer)));
    connection.onEvent('cobrowse.changed', ({ session }) => {
      // Another tab of the visitor shares: every one of them says so.
      if (session.state === 'connecting' || session.state === 'active') this.#wake((it) => it.changed(session));
      else this.#tell((sharing) => sharing.changed(session));
    });
    // It may come before the welcome that says what it is about.
    connection.onEvent('cobrowse.record', (wanted) => this.#wake((sharing) => sharing.record(wanted)));
    connection.onEvent('cobrowse.still', ({ id }) => this.#tell((sharing) => sharing.still(id)));
    connection.onEvent('cobrowse.command', (command) => this.#tell((sharing) => sharing.command(command)));
    connection.onEvent('cobrowse.mark', (mark) => this.#tell((sharing) => sharing.mark(mark)));
    connection.on('connected', (connected) => this.#tell((sharing) => sharing.connected(connected)));
    connection.on('refused', () => this.#tell((sharing) => sharing.lost()));
    identity.on('welcome', ({ cobrowse }) => {
      if (cobrowse && !identity.leaving) this.#wake((sharing) => sharing.returned(cobrowse));
      else this.#tell((sharing) => sharing.returned(undefined));
    });
    // Whoever comes next has not consented.
    identity.on('leaving', () => {
      this.#refused.set(undefined);
      this.offer(false);
      this.#tell((sharing) => sharing.stop());
    });
    identity.on('changed', (person) => {
      if (person === undefined) this.#tell((sharing) => sharing.forgotten());
    });
  }

  /** The page is shared, by the visitor’s consent; `changed` tells when that changes. */
  get isSharing(): boolean {
    return this.#isSharing;
  }

  /** The site asks in the chat whether to share the page. */
  get isOffered(): boolean {
    return this.#isOffered;
  }

  offer(isOffered: boolean): void {
    this.#isOffered = isOffered && !this.#isSharing && !this.#refused.get();
    this.emit('changed');
  }

  /** The visitor does not want to be asked again. */
  refuse(): void {
    this.#refused.set('1');
    this.offer(false);
  }

  /** Asks the visitor, then shares the page. Rejects with DECLINED, AGENT_OFFLINE… */
  async start(): Promise<CobrowseView> {
    if (!this.#options.boot.cobrowse) throw new CvError('UNSUPPORTED', 'This site does not share pages.');
    return (await this.#sharing.get().catch(notLoaded)).start();
  }

  /** Nothing leaves the page any more when this returns. */
  async stop(): Promise<void> {
    await this.#sharing.useIfAsked((sharing) => sharing.stop());
  }

  /** Six digits to read out to an agent, who may then ask to see the page. */
  async code(): Promise<string> {
    if (!this.#options.boot.cobrowse) throw new CvError('UNSUPPORTED', 'This site does not share pages.');
    return (await this.#sharing.get().catch(notLoaded)).code();
  }

  #heard(session: CobrowseView): void {
    this.#isSharing = session.state === 'connecting' || session.state === 'active';
    this.#onCobrowse(session);
    this.offer(this.#isOffered);
  }

  #wake(act: (sharing: VisitorCobrowsing) => void): void {
    if (!this.#options.identity.leaving) this.#sharing.use(act);
  }

  #tell(act: (sharing: VisitorCobrowsing) => void): void {
    this.#sharing.useIfAsked(act);
  }
}
