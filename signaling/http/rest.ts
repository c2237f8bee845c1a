import { isDeepStrictEqual } from 'node:util';
import { Router } from '@koa/router';
import type { Context, Middleware } from 'koa';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { CvError, commonErrors } from '#protocol/errors.ts';
import { identify } from './bearer.ts';
import { drain, readJson } from './body.ts';
import { parsePart, readQuery } from './input.ts';
import { sendProblem } from './problem.ts';
import type { Authenticator, RestHandlers, RestRequest } from './RestHandlers.ts';

export interface RestOptions {
  readonly rest: RestHandlers;
  readonly authenticator: Authenticator;
  /** Compares every answer and error with the contract: a mismatch, also a field too much, is INTERNAL. For tests. */
  readonly checkResponses?: boolean;
}

// One handler of each name takes its own route's request; that they fit is checked where RestHandlers is written.
type AnyHandler = (request: RestRequest<RouteName>) => Promise<unknown>;

export const isRest = (path: string): boolean => path === '/rest' || path.startsWith('/rest/');

/** Everything under `/rest`, derived from the contract. */
export function createRest(options: RestOptions): Middleware {
  const router = new Router({ sensitive: true });
  for (const name of inMatchOrder()) {
    const { path, verb } = routes[name];
    router.register(path.replaceAll(/\{(\w+)\}/g, ':$1'), [verb], (ctx) => answer(ctx, name, options));
  }
  const serve = router.routes() as unknown as Middleware;
  return async (ctx, next) => {
    if (!isRest(ctx.path)) return next();
    ctx.state.route = 'unknown';
    try {
      await serve(ctx, async () => refuse(ctx, router));
    } finally {
      await drain(ctx);
    }
  };
}

async function answer(ctx: Context, name: RouteName, options: RestOptions): Promise<void> {
  const route: Route = routes[name];
  ctx.state.route = name;
  // Who sends it comes first: a stranger's body is not even read.
  const caller = await identify(ctx, route.auth, options.authenticator);
  const handler = options.rest[name] as unknown as AnyHandler;
  const request = {
    caller,
    params: route.params && parsePart('path', route.params, ctx.params),
    query: route.query && parsePart('query', route.query, readQuery(ctx.querystring)),
    body: route.body && parsePart('body', route.body, await readJson(ctx)),
  } as RestRequest<RouteName>;
  const response = await (options.checkResponses ? checked(name, route, handler(request)) : handler(request));
  ctx.set('Cache-Control', 'no-store');
  ctx.status = route.status;
  if (!route.response) {
    ctx.body = null;
    return;
  }
  const json = JSON.stringify(response);
  if (json === undefined) throw new Error(`the handler of ${name} answered nothing`);
  ctx.body = json;
  ctx.type = 'application/json';
}

async function checked(name: RouteName, route: Route, answering: Promise<unknown>): Promise<unknown> {
  const response = await answering.catch((error: unknown) => {
    const undeclared = error instanceof CvError && ![...commonErrors, ...route.errors].includes(error.code);
    throw undeclared ? new Error(`${name} does not declare the error ${error.code}`, { cause: error }) : error;
  });
  if (!route.response) {
    if (response !== undefined) throw new Error(`the handler of ${name} answered although its route has no answer`);
    return response;
  }
  const parsed = route.response.safeParse(response);
  if (!parsed.success) throw new Error(`the answer of ${name} does not fit its schema`, { cause: parsed.error });
  // A schema drops what it does not know; the wire would carry it, a password hash for example.
  if (!isDeepStrictEqual(onWire(parsed.data), onWire(response))) {
    throw new Error(`the answer of ${name} carries more than its schema`);
  }
  return response;
}

const onWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

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
