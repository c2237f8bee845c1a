import type { Context } from 'koa';
import { CvError } from '#protocol/errors.ts';

const HOST = /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i;

/** The origin under which this request reached the server, unless a public one is configured. */
export function originOf(ctx: Context, publicUrl: string | undefined): string {
  if (publicUrl) return publicUrl;
  if (!HOST.test(ctx.host)) throw new CvError('INVALID_INPUT', 'The Host header is missing or is not a host name.');
  return `${ctx.protocol}://${ctx.host.toLowerCase()}`;
}
