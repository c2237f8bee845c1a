import type { ServerResponse } from 'node:http';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';

const quiet = new Set(['health', 'ready', 'metrics']);

/**
 * One line a request. The route's id stands for its address: paths hold people's emails and query strings hold
 * tokens, so neither is written, nor is the sender's address.
 */
export function requestLog(lines: Logger): Middleware {
  return (ctx, next) => {
    logWhenClosed(lines, ctx.res, ctx.method, () => ctx.state.route);
    return next();
  };
}

/** These lines hold nothing private: to look through each for it would cost five times the line. */
export const requestLines = (log: Logger): Logger => log.child({}, { redact: [] });

/** For an answer that goes its own way. */
export function logWhenClosed(
  lines: Logger,
  res: ServerResponse,
  method: string,
  routeOf: () => string | undefined,
  started = performance.now(),
): void {
  const write = () => {
    const route = routeOf() ?? 'none';
    const status = res.statusCode;
    const ms = Math.round((performance.now() - started) * 10) / 10;
    const aborted = res.writableFinished ? {} : { aborted: true };
    const level = status >= 500 ? 'warn' : quiet.has(route) ? 'debug' : 'info';
    lines[level]({ method, route, status, ms, ...aborted }, 'request');
  };
  // Whoever asked may be gone before there is anything to tell.
  if (res.destroyed) write();
  else res.once('close', write);
}
