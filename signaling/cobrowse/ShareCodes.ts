import { randomInt } from 'node:crypto';
import { CvError } from '#protocol/errors.ts';
import type { SiteId, VisitorId } from '#protocol/ids.ts';

/** Milliseconds. */
const LIFETIME = 10 * 60_000;
/** Of one site at a time: of a million, so few that a guess rarely finds one and a fresh one is found at once. */
const MOST = 10_000;

interface ShareCode {
  readonly code: string;
  readonly site: SiteId;
  readonly visitorId: VisitorId;
  readonly expiresAt: number;
}

/** Six digits by which an agent finds a visitor, once. In memory: they are shorter-lived than most processes. */
export class ShareCodes {
  /** Oldest first. */
  readonly #codes = new Map<string, ShareCode>();
  readonly #ofVisitor = new Map<VisitorId, ShareCode>();
  readonly #count = new Map<SiteId, number>();

  /** A fresh one; the visitor's former one is good no more. */
  issue(site: SiteId, visitorId: VisitorId, now = Date.now()): ShareCode {
    this.#forgetOld(now);
    this.forget(visitorId);
    const count = this.#count.get(site) ?? 0;
    if (count >= MOST) throw new CvError('RATE_LIMITED', 'Too many visitors ask for a code; wait some minutes.');
    this.#count.set(site, count + 1);
    let code: string;
    do code = String(randomInt(1_000_000)).padStart(6, '0');
    while (this.#codes.has(keyOf(site, code)));
    const share = { code, site, visitorId, expiresAt: now + LIFETIME };
    this.#codes.set(keyOf(site, code), share);
    this.#ofVisitor.set(visitorId, share);
    return share;
  }

  find(site: SiteId, code: string, now = Date.now()): VisitorId | undefined {
    this.#forgetOld(now);
    return this.#codes.get(keyOf(site, code))?.visitorId;
  }

  /** The visitor's code was used, or the visitor is somebody else now. */
  forget(visitorId: VisitorId): void {
    const share = this.#ofVisitor.get(visitorId);
    if (!share) return;
    this.#ofVisitor.delete(visitorId);
    this.#codes.delete(keyOf(share.site, share.code));
    const left = (this.#count.get(share.site) ?? 1) - 1;
    if (left > 0) this.#count.set(share.site, left);
    else this.#count.delete(share.site);
  }

  #forgetOld(now: number): void {
    for (const { visitorId, expiresAt } of this.#codes.values()) {
      if (expiresAt > now) break;
      this.forget(visitorId);
    }
  }
}

const keyOf = (site: SiteId, code: string) => `${site} ${code}`;
