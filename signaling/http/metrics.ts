import type { Middleware } from 'koa';
import { Counter, collectDefaultMetrics, Histogram, type Registry } from 'prom-client';
import { refuseWrites } from './reads.ts';
import { isRest } from './rest.ts';

/** Each look at the lag of the event loop wakes the process: twenty a second are most of what an idle server costs. */
const LAG_MS = 250;

/** Counts a REST request that was answered; `started` by the clock of `performance`. */
export type CountRequest = (route: string, status: number, started: number) => void;

/** Counts REST requests into the registry. */
export function requestCounter(registry: Registry): CountRequest {
  const registers = [registry];
  // Labels are route ids, never paths: a path would open a series for every customer.
  const requests = new Counter({
    name: 'coview_rest_requests_total',
    help: 'REST requests answered',
    labelNames: ['route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'coview_rest_request_seconds',
    help: 'Time from the head of a REST request to its answer',
    labelNames: ['route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  // To look labels up costs more than to count.
  const timeOf = once((route: string) => seconds.labels({ route }));
  const countsOf = once((route: string) => once((status: number) => requests.labels({ route, status })));
  return (route, status, started) => {
    countsOf(route)(status).inc();
    timeOf(route).observe((performance.now() - started) / 1000);
  };
}

/** Counts REST requests, and serves all of the registry at `/metrics`. */
export function metrics(registry: Registry, count: CountRequest): Middleware {
  if (!registry.getSingleMetric('process_cpu_user_seconds_total'))
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_MS });
  return async (ctx, next) => {
    if (ctx.path === '/metrics') {
      ctx.state.route = 'metrics';
      if (refuseWrites(ctx)) return;
      ctx.set('Cache-Control', 'no-store');
      ctx.body = await registry.metrics();
      ctx.type = registry.contentType;
      return;
    }
    if (!isRest(ctx.path)) return next();
    const started = performance.now();
    await next();
    count(ctx.state.route, ctx.status, started);
  };
}

/** What `make` makes of this, made once. */
function once<K, T>(make: (of: K) => T): (of: K) => T {
  const made = new Map<K, T>();
  return (of) => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const fresh = make(of);
    made.set(of, fresh);
    return fresh;
  };
}
