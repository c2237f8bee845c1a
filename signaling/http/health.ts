import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { refuseWrites } from './reads.ts';

/** Resolves when the part can do its work; rejecting, or resolving to false, says that it cannot. */
type Check = () => Promise<unknown>;

export interface ReadinessChecks {
  readonly database: Check;
  readonly media: Check;
  readonly [part: string]: Check;
}

type State = 'ok' | 'failed' | 'timed out';

const BOUND_MS = 2_000;

/** `/healthz`: this process answers. `/readyz`: it can also do its work. */
export function health(checks: ReadinessChecks, log: Logger): Middleware {
  let running: Promise<Record<string, State>> | undefined;
  // However often it is asked at once, every part is checked once.
  const check = () => {
    running ??= checkAll(checks, log).finally(() => {
      running = undefined;
    });
    return running;
  };
  return async (ctx, next) => {
    if (ctx.path !== '/healthz' && ctx.path !== '/readyz') return next();
    ctx.state.route = ctx.path === '/healthz' ? 'health' : 'ready';
    if (refuseWrites(ctx)) return;
    ctx.set('Cache-Control', 'no-store');
    if (ctx.path === '/healthz') {
      ctx.body = { alive: true };
      return;
    }
    const parts = await check();
    const ready = Object.values(parts).every((state) => state === 'ok');
    ctx.status = ready ? 200 : 503;
    ctx.body = { ready, ...parts };
  };
}

async function checkAll(checks: ReadinessChecks, log: Logger): Promise<Record<string, State>> {
  const states = Object.entries(checks).map(async ([part, check]) => [part, await bounded(part, check, log)] as const);
  return Object.fromEntries(await Promise.all(states));
}

async function bounded(part: string, check: Check, log: Logger): Promise<State> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<State>((resolve) => {
    timer = setTimeout(resolve, BOUND_MS, 'timed out');
  });
  const outcome = (async (): Promise<State> => {
    try {
      return (await check()) === false ? 'failed' : 'ok';
    } catch (error) {
      log.warn({ err: error, part }, 'readiness check failed');
      return 'failed';
    }
  })();
  const state = await Promise.race([outcome, timeout]);
  clearTimeout(timer);
  return state;
}
