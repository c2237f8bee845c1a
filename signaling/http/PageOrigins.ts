import type { Context } from 'koa';
import { CvError } from '#protocol/errors.ts';
import type { SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import { originAllowed, sameOrigin } from '#signaling/gateway/origins.ts';

export interface PageOriginsOptions {
  readonly sites: { get(id: SiteId): Site | undefined; list(): readonly Site[] };
  readonly publicUrl?: string | undefined;
}

const TOLD = 'Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotent-Replayed';

/**
 * Pages of other origins that ask REST, as an agent's page in the company's own application does. A preflight names no
 * site yet: there any site's origins count, and the request itself is held to those of its caller's site.
 */
export class PageOrigins {
  readonly #options: PageOriginsOptions;

  constructor(options: PageOriginsOptions) {
    this.#options = options;
  }

  /** True if the request was a preflight, and is answered. */
  greet(ctx: Context): boolean {
    const origin = this.#foreign(ctx);
    if (origin === undefined) return false;
    ctx.vary('Origin');
    if (!this.#options.sites.list().some(({ settings }) => originAllowed(origin, settings.allowedOrigins)))
      return false;
    ctx.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': TOLD });
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
    if (ctx.method !== 'OPTIONS' || !ctx.get('Access-Control-Request-Method')) return false;
    ctx.set('Access-Control-Allow-Methods', 'GET, POST, PUT, PATCH, DELETE');
    ctx.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, Idempotency-Key');
    ctx.set('Access-Control-Max-Age', '600');
    ctx.status = 204;
    return true;
  }

  /** FORBIDDEN for a page that this site has not let in. */
  permit(ctx: Context, site: SiteId): void {
    const origin = this.#foreign(ctx);
    if (origin === undefined) return;
    if (originAllowed(origin, this.#options.sites.get(site)?.settings.allowedOrigins ?? [])) return;
    throw new CvError(
      'FORBIDDEN',
      'Pages of this origin may not ask for this site. Add it to the site’s allowedOrigins.',
    );
  }

  #foreign(ctx: Context): string | undefined {
    const origin = ctx.get('Origin');
    return origin === '' || sameOrigin(origin, ctx.get('Host'), this.#options.publicUrl) ? undefined : origin;
  }
}
