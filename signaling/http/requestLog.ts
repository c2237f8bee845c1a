import type { ServerResponse } from 'node:http';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';

const quiet = new Set(['health', 'ready', 'metrics']);

/**
 * One line a request. The route's id stands for its address: paths hold people's emails and query strings hold
 * tokens, so neither is written, nor is the sender's address.
 */
export function requestLog(log: Logger): Middleware {
  return (ctx, next) => {
    logWhenClosed(log, ctx.res, ctx.method, () => ctx.state.route);
    return next();
  };
}

/** For an answer that goes its own way. */
export function logWhenClosed(
  log: Logger,
  res: ServerResponse,
  method: string,
  routeOf: () => string | undefined,
): void {
  const started = performance.now();
  res.once('close', () => {
    const route = routeOf() ?? 'none';
    const status = res.statusCode;
    const ms = Math.round((performance.now() - started) * 10) / 10;
    const aborted = res.writableFinished ? {} : { aborted: true };
    const level = status >= 500 ? 'warn' : quiet.has(route) ? 'debug' : 'info';
    log[level]({ method, route, status, ms, ...aborted }, 'request');
  });
}
