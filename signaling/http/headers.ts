import type { Context, Middleware } from 'koa';

/** On every answer; a page that needs more says so itself. */
export const everyAnswer: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};

/** Of an answer of REST in JSON. */
export const jsonAnswer = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json; charset=utf-8' } as const;

export function securityHeaders(): Middleware {
  return (ctx, next) => {
    ctx.set(everyAnswer);
    return next();
  };
}

/** Directives of a page of ours: everything from this server, nothing inline, framed by nobody. */
const page = {
  'default-src': "'self'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'media-src': "'self' blob:",
  'connect-src': "'self'",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

export function setPagePolicy(ctx: Context, more: Partial<typeof page> = {}): void {
  const directives = Object.entries({ ...page, ...more }).map(([name, sources]) => `${name} ${sources}`);
  ctx.set('Content-Security-Policy', directives.join('; '));
  ctx.set('Cross-Origin-Opener-Policy', 'same-origin');
}
