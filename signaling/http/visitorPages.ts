import type { Context } from 'koa';
import { CvError } from '#protocol/errors.ts';
import type { Site } from '#protocol/site.ts';
import { originAllowed, sameOrigin } from '#signaling/gateway/origins.ts';

/** A sender that falls silent for so long has gone, in milliseconds. */
const SILENCE_MS = 30_000;

/** Pages of foreign origins are refused before anything is read, as at the socket. */
export function letOriginIn(ctx: Context, { settings }: Site, publicUrl: string | undefined): void {
  ctx.vary('Origin');
  const origin = ctx.get('Origin');
  if (origin === '') return;
  const allowed = sameOrigin(origin, ctx.get('Host'), publicUrl) || originAllowed(origin, settings.allowedOrigins);
  if (!allowed) {
    throw new CvError('FORBIDDEN', 'Pages of this origin may not send files. Add it to the site’s allowedOrigins.');
  }
  ctx.set('Access-Control-Allow-Origin', origin);
  ctx.set('Access-Control-Expose-Headers', 'Retry-After');
  ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
}

export function preflight(ctx: Context, methods: string, headers: string): void {
  ctx.set('Access-Control-Allow-Methods', methods);
  ctx.set('Access-Control-Allow-Headers', headers);
  ctx.set('Access-Control-Max-Age', '600');
  ctx.status = 204;
}

/** The body; stays open for what is read on after a refusal. */
export async function* arriving(ctx: Context): AsyncGenerator<Buffer> {
  const { req } = ctx;
  req.setTimeout(SILENCE_MS, () => req.destroy());
  try {
    yield* req.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw new CvError('INVALID_INPUT', 'The file did not arrive whole; send it again.', { cause: error });
  } finally {
    req.setTimeout(0);
  }
}
