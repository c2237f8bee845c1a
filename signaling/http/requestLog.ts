import type { Middleware } from 'koa';
import type { Logger } from 'pino';

const quiet = new Set(['health', 'ready', 'metrics']);

/**
 * One line a request. The route's id stands for its address: paths hold people's emails and query strings hold
 * tokens, so neither is written, nor is the sender's address.
 */
export function requestLog(log: Logger): Middleware {
  return (ctx, next) => {
    const started = performance.now();
    ctx.res.once('close', () => {
      const { route = 'none' } = ctx.state;
      const status = ctx.res.statusCode;
      const ms = Math.round((performance.now() - started) * 10) / 10;
      const aborted = ctx.res.writableFinished ? {} : { aborted: true };
      const level = status >= 500 ? 'warn' : quiet.has(route) ? 'debug' : 'info';
      log[level]({ method: ctx.method, route, status, ms, ...aborted }, 'request');
    });
    return next();
  };
}
