import { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { CvError, httpStatus } from '#protocol/errors.ts';
import { identify, permit, type Shown } from './bearer.ts';
import { drain, readJson } from './body.ts';
import { jsonAnswer } from './headers.ts';
import { Idempotency, type RestAnswer } from './Idempotency.ts';
import { parsePart, readQuery } from './input.ts';
import type { KnownReads } from './KnownReads.ts';
import type { PageOrigins } from './PageOrigins.ts';
import { type Performing, perform } from './perform.ts';
import { PROBLEM_TYPE, problemJson, problemOf, sendProblem } from './problem.ts';
import type { RateLimits } from './RateLimits.ts';
import type { Authenticator, RestRequest } from './RestHandlers.ts';

export interface RestOptions extends Performing {
  readonly authenticator: Authenticator;
}

/** What all requests share. */
export interface RestHouse extends RestOptions {
  readonly limits: RateLimits;
  readonly origins: PageOrigins;
  /** Absent: the header Idempotency-Key means nothing. */
  readonly idempotency?: Idempotency | undefined;
  readonly known: KnownReads;
}

export const isRest = (path: string): boolean => path === '/rest' || path.startsWith('/rest/');

/** Everything under `/rest`, derived from the contract. */
export function createRest(house: RestHouse): Middleware {
  const router = new Router({ sensitive: true });
  for (const name of inMatchOrder()) {
    const { path, verb } = routes[name];
    router.register(path.replaceAll(/\{(\w+)\}/g, ':$1'), [verb], (ctx) => answer(ctx, name, house));
  }
  const serve = router.routes() as unknown as Middleware;
  return async (ctx, next) => {
    if (!isRest(ctx.path)) return next();
    ctx.state.route = 'unknown';
    if (house.origins.greet(ctx)) return;
    try {
      await serve(ctx, async () => {
        house.limits.takeFrom(ctx, 'refused');
        refuse(ctx, router);
      });
    } finally {
      await drain(ctx);
    }
  };
}

async function answer(ctx: Context, name: RouteName, house: RestHouse): Promise<void> {
  const route: Route = routes[name];
  ctx.state.route = name;
  // Who sends it comes first: a stranger's body is not even read.
  const shown = await admit(ctx, route, house);
  const key = shown && route.verb === 'POST' ? Idempotency.keyOf(ctx) : undefined;
  const input = {
    params: route.params && parsePart('path', route.params, ctx.params),
    query: route.query && parsePart('query', route.query, readQuery(ctx.querystring)),
    body: route.body && parsePart('body', route.body, await readJson(ctx)),
  };
  const who = shown ? { caller: shown.caller } : { caller: { kind: 'none' }, address: house.limits.addressOf(ctx) };
  const request = { ...who, ...input } as RestRequest<RouteName>;
  const act = () => perform(name, request, house);
  const { status, type, body } =
    house.idempotency && shown && key !== undefined
      ? await house.idempotency.run(
          ctx,
          key,
          { site: shown.caller.site, secret: shown.secret, route: name, request: input },
          () => refusalsToo(act),
        )
      : await act();
  house.known.learn(ctx.url, name, input);
  send(ctx, status, type, body);
}

function send(ctx: Context, status: number, type: string, body: string): void {
  ctx.set('Cache-Control', jsonAnswer['Cache-Control']);
  ctx.status = status;
  ctx.body = body === '' ? null : body;
  if (body !== '') ctx.type = type;
}

/** Who sends it, counted against its limits; undefined where the route asks nobody. */
async function admit(
  ctx: Context,
  { auth }: Route,
  { authenticator, limits, origins }: RestHouse,
): Promise<Shown | undefined> {
  if (auth === 'none') {
    limits.takeFrom(ctx, 'open');
    return undefined;
  }
  const shown = await identify(ctx, auth, authenticator).catch(async (error: unknown) => {
    if (error instanceof CvError && error.code === 'UNAUTHENTICATED') limits.takeFrom(ctx, 'refused');
    throw error;
  });
  const { caller } = shown;
  origins.permit(ctx, caller.site);
  limits.takeCaller(ctx, caller);
  permit(auth, caller);
  return shown;
}

/** What was refused stays refused under its key; what failed may be tried again. */
async function refusalsToo(act: () => Promise<RestAnswer>): Promise<RestAnswer> {
  try {
    return await act();
  } catch (error) {
    const status = error instanceof CvError ? httpStatus[error.code] : 500;
    if (!(error instanceof CvError) || status >= 500 || status === 429) throw error;
    return { status, type: PROBLEM_TYPE, body: problemJson(problemOf(error)) };
  }
}

function refuse(ctx: Context, router: Router): void {
  const allowed = [...new Set(router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods))];
  if (allowed.length === 0) {
    throw new CvError('NOT_FOUND', 'There is no such path; /docs/ and /openapi.json list the ones there are.');
  }
  ctx.set('Allow', [...allowed, 'OPTIONS'].join(', '));
  if (ctx.method === 'OPTIONS') {
    ctx.status = 204;
    return;
  }
  const detail = `This path takes ${allowed.join(', ')}.`;
  sendProblem(ctx, { code: 'UNSUPPORTED', status: 405, detail });
}

/** A fixed segment before a parameter: `/action-rules/export` is not the rule called “export”. */
function inMatchOrder(): RouteName[] {
  const key = (name: RouteName) => routes[name].path.replaceAll('{', '\u{10ffff}');
  return (Object.keys(routes) as RouteName[]).sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
