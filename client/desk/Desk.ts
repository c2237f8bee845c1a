import { computed, signal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { ActiveUser } from '#protocol/presence.ts';
import { type Call, type CV, loadCV } from './cv.ts';
import { matches } from './person.ts';
import { login, logout, RestError } from './rest.ts';
import { keepSession, type Session, sessionOfAddress } from './session.ts';

/** Why the login form stands there. */
export type LoginHint = 'none' | 'wrong' | 'site' | 'link' | 'revoked' | 'many' | 'unreachable';

export type Phase =
  | { kind: 'opening' }
  | { kind: 'login'; hint: LoginHint; busy: boolean }
  | { kind: 'in'; agent: Agent };

const CHECK_MS = 30_000;
const TICK_MS = 15_000;

/** Everything the desk knows; its components only show it. */
export class Desk {
  readonly phase = signal<Phase>({ kind: 'opening' });
  readonly site = signal('');
  readonly connected = signal(true);
  /** Undefined until the first list is there. */
  readonly users = signal<readonly ActiveUser[] | undefined>(undefined);
  readonly search = signal('');
  readonly call = signal<Call | undefined>(undefined);
  readonly calling = signal(false);
  readonly selected = signal<ActiveUser | undefined>(undefined);
  /** The time that “3 minutes ago” counts from. */
  readonly now = signal(Date.now());

  /** Own customers first, then who has been here longest: nobody's row jumps when somebody comes. */
  readonly found = computed(() => {
    const found = this.users.value?.filter((user) => matches(user, this.search.value)) ?? [];
    const others = (user: ActiveUser) => Number(!this.isMine(user));
    return found.sort((a, b) => others(a) - others(b) || a.since.localeCompare(b.since));
  });

  /** The chosen user as of now; who left stays to be read. */
  readonly detail = computed(() => {
    const chosen = this.selected.value;
    if (!chosen) return undefined;
    const here = this.users.value?.find(({ visitorId }) => visitorId === chosen.visitorId);
    return { user: here ?? chosen, here: here !== undefined };
  });

  #cv: CV | undefined;
  /** A page holds the widget of one site. */
  #cvSite = '';
  #session: Session | undefined;

  async open(): Promise<void> {
    const { site, session, fromLink } = sessionOfAddress();
    this.site.value = site;
    if (session) await this.#enter(session, fromLink ? 'link' : 'revoked');
    else this.#askLogin('none');
  }

  async login(site: string, email: string, password: string): Promise<void> {
    this.phase.value = { kind: 'login', hint: 'none', busy: true };
    this.site.value = site;
    try {
      const token = await login(site, email, password);
      await this.#enter({ site, token, own: true }, 'wrong');
    } catch (error) {
      this.#askLogin(hintOf(error instanceof RestError ? error.code : 'INTERNAL', 'wrong'));
    }
  }

  async signOut(): Promise<void> {
    this.call.value?.end();
    keepSession(undefined);
    // The widget lets go of a token only when another one takes its place, even one that is refused.
    await this.#cv?.rest.auth('signed-out', false).catch(() => {});
    if (this.#session?.own) await logout(this.#session.token);
    location.assign(deskAddress(this.site.value));
  }

  isMine(user: ActiveUser): boolean {
    const phase = this.phase.value;
    return phase.kind === 'in' && user.assignedUser?.toLowerCase() === phase.agent.email;
  }

  startScreen(user: ActiveUser): void {
    if (!this.#cv || this.calling.value) return;
    this.selected.value = user;
    this.#show(this.#cv.calling.startScreen(user.visitorId));
  }

  /** The panel of a call that is over was closed. */
  callGone(): void {
    this.call.value = undefined;
  }

  async #enter(session: Session, ifRefused: LoginHint): Promise<void> {
    if (this.#cv && this.#cvSite !== session.site) {
      keepSession(session);
      location.assign(deskAddress(session.site));
      return;
    }
    try {
      this.#cv ??= await this.#load(session.site);
      this.#cvSite = session.site;
    } catch {
      this.#askLogin(navigator.onLine ? 'site' : 'unreachable');
      return;
    }
    try {
      const agent = await this.#cv.rest.auth(session.token, false);
      keepSession(session);
      this.#session = session;
      this.phase.value = { kind: 'in', agent };
      this.#cv.user.onChange((users) => {
        this.users.value = users;
      });
    } catch (error) {
      keepSession(undefined);
      this.#askLogin(hintOf((error as { code?: ErrorCode }).code ?? 'INTERNAL', ifRefused));
    }
  }

  async #load(site: string): Promise<CV> {
    const cv = await loadCV(site);
    cv.on('connection', ({ connected }) => {
      this.connected.value = connected;
    });
    // A call that went on while the desk was reloaded.
    cv.on('call', (detail) => {
      if (typeof (detail as Partial<Call>).attach === 'function') this.#show(detail as Call);
    });
    setInterval(() => this.#check(), CHECK_MS);
    setInterval(() => {
      this.now.value = Date.now();
    }, TICK_MS);
    return cv;
  }

  /** The server tells nobody that a token was revoked but the one who asks. */
  #check(): void {
    if (this.phase.value.kind !== 'in') return;
    this.#cv?.user.list().catch((error: { code?: ErrorCode }) => {
      if (error.code !== 'UNAUTHENTICATED') return;
      keepSession(undefined);
      this.users.value = undefined;
      this.#askLogin('revoked');
    });
  }

  #show(call: Call): void {
    this.call.value = call;
    this.calling.value = call.state !== 'ended';
    call.on('state', (state) => {
      if (this.call.value === call) this.calling.value = state !== 'ended';
    });
  }

  #askLogin(hint: LoginHint): void {
    this.phase.value = { kind: 'login', hint, busy: false };
  }
}

const deskAddress = (site: string): string => `/desk/?${new URLSearchParams({ site })}`;

function hintOf(code: ErrorCode, ifRefused: LoginHint): LoginHint {
  if (code === 'RATE_LIMITED') return 'many';
  if (code === 'TIMEOUT' || code === 'UNAVAILABLE' || code === 'INTERNAL') return 'unreachable';
  return ifRefused;
}
