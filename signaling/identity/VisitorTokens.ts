import { createHmac, timingSafeEqual } from 'node:crypto';
import { type SiteId, VisitorId } from '#protocol/ids.ts';
import { newId } from '#protocol/newId.ts';

/**
 * A visitor's proof of its id: the id and an HMAC-SHA-256 over site and id. Agents see visitor ids, so the id
 * alone must not let anybody be that visitor. Nothing is stored, so that anonymous visitors cost no row.
 */
export class VisitorTokens {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  issue(site: SiteId): { visitorId: VisitorId; token: string } {
    const visitorId = newId<VisitorId>('v');
    return { visitorId, token: this.tokenOf(site, visitorId) };
  }

  tokenOf(site: SiteId, visitorId: VisitorId): string {
    return `${visitorId}.${this.#sign(site, visitorId).toString('base64url')}`;
  }

  /** The id that a token of this site proves, if it is genuine. */
  verify(site: SiteId, token: string): VisitorId | undefined {
    const [id, signature] = token.split('.');
    const parsed = VisitorId.safeParse(id);
    if (!parsed.success || signature === undefined) return undefined;
    const wanted = this.#sign(site, parsed.data);
    const given = Buffer.from(signature, 'base64url');
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? parsed.data : undefined;
  }

  #sign(site: SiteId, visitorId: VisitorId): Buffer {
    return createHmac('sha256', this.#secret).update(`visitor\n${site}\n${visitorId}`).digest();
  }
}
