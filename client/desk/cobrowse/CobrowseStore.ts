import { computed, signal } from '@preact/signals';
import type { CallState } from '#protocol/calling.ts';
import type { CobrowseView } from '#protocol/cobrowse.ts';
import type { Cobrowsing } from '../../page/Cobrowsing.ts';
import type { CV } from '../../page/CV.ts';

/** The session that this desk asks for or watches, and those that go on. */
export class CobrowseStore {
  readonly own = signal<Cobrowsing | undefined>(undefined);
  /** Whose page it is, as far as this desk knows. */
  readonly visitorId = signal<string | undefined>(undefined);
  /** Asking, on its way or watched. */
  readonly busy = signal(false);
  /** The visitor has not answered yet. */
  readonly asking = signal(false);
  readonly sessions = signal<readonly CobrowseView[]>([]);
  /** Whether the site has co-browsing. */
  readonly enabled = signal(true);
  readonly #cv: CV;

  /** Visitors who want to show their page and whom nobody watches yet. */
  readonly waiting = computed(() =>
    this.sessions.value.filter(
      ({ startedBy, viewers, state }) => startedBy === 'visitor' && viewers.length === 0 && state !== 'ringing',
    ),
  );

  constructor(cv: CV) {
    this.#cv = cv;
    this.enabled.value = cv.cobrowse.enabled;
    cv.on('cobrowse', (detail) => {
      if ('attach' in detail) this.#show(detail);
    });
  }

  /** Once somebody has signed in. */
  follow(): () => void {
    const undo = this.#cv.cobrowse.onChange((sessions) => {
      this.sessions.value = sessions;
    });
    return () => {
      undo();
      this.sessions.value = [];
    };
  }

  /** Watches along where the page is shared already, else asks the visitor. */
  open(visitorId: string): void {
    if (this.busy.value) return;
    const session = this.of(visitorId);
    if (session) this.join(session.id, visitorId);
    else this.#show(this.#cv.calling.startCobrowse(visitorId), visitorId);
  }

  /** By the session’s id, or by the digits that a visitor reads out. */
  join(idOrCode: string, visitorId?: string): void {
    if (this.busy.value) return;
    this.#show(this.#cv.cobrowse.join(idOrCode), visitorId);
  }

  of(visitorId: string): CobrowseView | undefined {
    return this.sessions.value.find((session) => session.visitorId === visitorId);
  }

  isOwn(visitorId: string): boolean {
    return this.busy.value && this.visitorId.value === visitorId;
  }

  /** The panel of a session that is over was closed. */
  gone(): void {
    this.own.value = undefined;
  }

  #show(own: Cobrowsing, visitorId: string | undefined = own.visitorId): void {
    this.own.value = own;
    this.visitorId.value = visitorId;
    const tell = (state: CallState) => {
      if (this.own.value !== own) return;
      this.busy.value = state !== 'ended';
      this.asking.value = state === 'ringing';
    };
    tell(own.state);
    own.on('state', tell);
    own.on('changed', (session) => {
      if (this.own.value === own) this.visitorId.value = session.visitorId;
    });
  }
}
