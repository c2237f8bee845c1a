import type { Context } from 'koa';
import type { RestAuth } from '#protocol/contract.ts';
import { CvError } from '#protocol/errors.ts';
import type { Authenticator, RestCaller } from './RestHandlers.ts';

const needed: Readonly<Record<RestAuth, string>> = {
  none: '',
  site: 'the site’s API key',
  agent: 'an agent’s user token',
  any: 'the site’s API key or an agent’s user token',
  admin: 'the site’s API key or the user token of an admin',
};

/** Who sent this request, and the key or token that shows it. */
export interface Shown {
  readonly caller: Exclude<RestCaller, { kind: 'none' }>;
  readonly secret: string;
}

/** Who sent this request; UNAUTHENTICATED if it does not show. */
export async function identify(ctx: Context, auth: RestAuth, authenticator: Authenticator): Promise<Shown> {
  const secret = secretOf(ctx);
  if (!secret) {
    throw new CvError('UNAUTHENTICATED', `Send ${needed[auth]} in the header “Authorization: Bearer …”.`);
  }
  const caller = await authenticator.authenticate(secret);
  if (!caller || caller.kind === 'none') {
    ctx.set('WWW-Authenticate', 'Bearer realm="CoView", error="invalid_token"');
    throw new CvError('UNAUTHENTICATED', `This key or token is unknown, expired or revoked; send ${needed[auth]}.`);
  }
  return { caller, secret };
}

/** FORBIDDEN for a caller whom the route is not for. */
export function permit(auth: RestAuth, caller: RestCaller): void {
  if (!lets(auth, caller)) throw new CvError('FORBIDDEN', `This route is for ${needed[auth]}.`);
}

/** Whether the route is for this caller. */
export function lets(auth: RestAuth, caller: RestCaller): boolean {
  if (auth === 'admin') return caller.kind === 'site' || (caller.kind === 'agent' && caller.agent.role === 'admin');
  return auth === 'any' || caller.kind === auth;
}

export const bearerOf = ({ req }: Pick<Context, 'req'>): string | undefined =>
  /^Bearer +(\S{1,500})$/i.exec(req.headers.authorization ?? '')?.[1];

function secretOf(ctx: Context): string | undefined {
  const header = bearerOf(ctx);
  if (!ctx.querystring.includes('access_token')) return header;
  const parameters = new URLSearchParams(ctx.querystring).getAll('access_token');
  const [secret, ...more] = [...(header ? [header] : []), ...parameters];
  if (more.length > 0) throw new CvError('INVALID_INPUT', 'Send the key or token once: in the header or in the query.');
  return secret && secret.length <= 500 ? secret : undefined;
}
