import { signal } from '@preact/signals';
import type { ErrorCode } from '#protocol/errors.ts';
import type { Agent } from '#protocol/identity.ts';
import type { CV } from '../page/CV.ts';
import { CallStore } from './calls/CallStore.ts';
import { CobrowseStore } from './cobrowse/CobrowseStore.ts';
import { loadCV } from './loadCV.ts';
import { Router } from './Router.ts';
import { login } from './session/login.ts';
import { arrive, keepSession, type Session } from './session/session.ts';
import type { LoginHint } from './texts/en.ts';
import { codeOf } from './texts/failure.ts';
import { Workplace } from './Workplace.ts';

export type Phase =
  | { kind: 'opening' }
  | { kind: 'login'; hint: LoginHint; busy: boolean }
  /** A link with a code did not let in. */
  | { kind: 'link'; code: string; spent: boolean }
  | { kind: 'in'; work: Workplace };

/** Who sits at the desk: from the address or the login form to the workplace, and out again. */
export class Desk {
  readonly phase = signal<Phase>({ kind: 'opening' });
  readonly site = signal('');
  readonly #router = new Router();
  #cv: CV | undefined;
  /** A page holds the widget of one site. */
  #cvSite = '';
  #calls: CallStore | undefined;
  #cobrowse: CobrowseStore | undefined;
  #session: Session | undefined;

  async open(): Promise<void> {
    const { site, session, code, fromLink } = arrive();
    this.site.value = site;
    if (code) await this.redeem(code);
    else if (session) await this.#enter(session, fromLink ? 'link' : 'revoked');
    else this.#askLogin('none');
  }

  async login(site: string, email: string, password: string): Promise<void> {
    this.phase.value = { kind: 'login', hint: 'none', busy: true };
    this.site.value = site;
    try {
      const token = await login(site, email, password);
      await this.#enter({ site, token, own: true }, 'wrong');
    } catch (error) {
      this.#askLogin(hintOf(codeOf(error), 'wrong'));
    }
  }

  /** The code of an agent's link; it is spent by this request and not by looking at the link. */
  async redeem(code: string): Promise<void> {
    const site = this.site.value;
    this.phase.value = { kind: 'opening' };
    try {
      const cv = await this.#load(site);
      const { agent, conversationId, cobrowse, token } = await cv.rest.redeem(code);
      this.#session = token ? { site, token, own: true } : undefined;
      keepSession(this.#session);
      if (cobrowse) this.#router.replace({ view: 'visitors', cobrowse });
      else this.#router.replace({ view: 'conversations', ...(conversationId && { conversation: conversationId }) });
      this.#begin(cv, agent);
    } catch (error) {
      this.phase.value = { kind: 'link', code, spent: hintOf(codeOf(error), 'link') === 'link' };
    }
  }

  async signOut(): Promise<void> {
    this.#calls?.call.value?.end();
    this.#cobrowse?.own.value?.leave();
    keepSession(undefined);
    await this.#cv?.rest.signOut(this.#session?.own ?? false).catch(() => {});
    location.assign(deskAddress(this.site.value));
  }

  async #enter(session: Session, ifRefused: LoginHint): Promise<void> {
    if (this.#cv && this.#cvSite !== session.site) {
      keepSession(session);
      location.assign(deskAddress(session.site));
      return;
    }
    let cv: CV;
    try {
      cv = await this.#load(session.site);
    } catch {
      this.#askLogin(navigator.onLine ? 'site' : 'unreachable');
      return;
    }
    try {
      const agent = await cv.rest.auth(session.token, false);
      keepSession(session);
      this.#session = session;
      this.#begin(cv, agent);
    } catch (error) {
      keepSession(undefined);
      this.#askLogin(hintOf(codeOf(error), ifRefused));
    }
  }

  #begin(cv: CV, agent: Agent): void {
    if (!this.#calls || !this.#cobrowse) return;
    this.#leave();
    const work = new Workplace({
      cv,
      agent,
      site: this.site.value,
      router: this.#router,
      calls: this.#calls,
      cobrowse: this.#cobrowse,
    });
    this.phase.value = { kind: 'in', work };
  }

  #leave(): void {
    if (this.phase.value.kind === 'in') this.phase.value.work.close();
  }

  async #load(site: string): Promise<CV> {
    if (this.#cv) return this.#cv;
    const cv = await loadCV(site);
    cv.chat.hide();
    this.#cv = cv;
    this.#cvSite = site;
    // Before anybody signs in: a call or a session may have gone on while the desk was reloaded.
    this.#calls = new CallStore(cv);
    this.#cobrowse = new CobrowseStore(cv);
    cv.on('signedOut', () => {
      if (this.phase.value.kind !== 'in') return;
      keepSession(undefined);
      this.#leave();
      this.#askLogin('revoked');
    });
    return cv;
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
