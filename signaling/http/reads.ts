import type { Context } from 'koa';

/** What is only read takes GET and HEAD. True if the request was something else, and is answered. */
export function refuseWrites(ctx: Context): boolean {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return false;
  ctx.set('Allow', 'GET, HEAD');
  sendText(ctx, 405, 'This address takes GET and HEAD.');
  return true;
}

export function sendText(ctx: Context, status: number, text: string): void {
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.body = `${text}\n`;
  ctx.type = 'text/plain; charset=utf-8';
}
