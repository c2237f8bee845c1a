import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import Koa from 'koa';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { SiteId } from '#protocol/ids.ts';
import type { Site } from '#protocol/site.ts';
import type { IdempotencyStore } from '#signaling/store/Store.ts';
import { Compressor } from './Compressor.ts';
import { type CdnOptions, cdn, type SiteLookup } from './cdn.ts';
import { type CobrowseAssetsOptions, cobrowseAssets } from './cobrowseAssets.ts';
import { cobrowseViewer } from './cobrowseViewer.ts';
import { docs } from './docs.ts';
import { type FileRoutesOptions, files } from './files.ts';
import { securityHeaders } from './headers.ts';
import { health, type ReadinessChecks } from './health.ts';
import { Idempotency } from './Idempotency.ts';
import { KnownReads } from './KnownReads.ts';
import { type CountRequest, metrics, requestCounter } from './metrics.ts';
import { PageOrigins } from './PageOrigins.ts';
import { type PagesOptions, pages } from './pages.ts';
import { problems, sendProblem } from './problem.ts';
import { quickReads } from './quickReads.ts';
import { RateLimits, type RateLimitsOptions } from './RateLimits.ts';
import { sendText } from './reads.ts';
import { requestLines, requestLog } from './requestLog.ts';
import { createRest, type RestOptions } from './rest.ts';

export interface HttpOptions
  extends RestOptions,
    RateLimitsOptions,
    Omit<CdnOptions, 'compressor'>,
    Omit<PagesOptions, 'compressor'> {
  readonly sites: SiteLookup & { get(id: SiteId): Site | undefined; list(): readonly Site[] };
  /** Files of messages; none are taken or served if absent. */
  readonly files?: Pick<FileRoutesOptions, 'files' | 'visitorTokens'> | undefined;
  /** What shared pages are made of; none is taken or served if absent. */
  readonly cobrowse?: Pick<CobrowseAssetsOptions, 'assets' | 'fetcher' | 'access' | 'visitorTokens'> | undefined;
  /** Where requests under an Idempotency-Key are kept; the header means nothing if absent. */
  readonly idempotency?: IdempotencyStore | undefined;
  readonly checks: ReadinessChecks;
  /** Where the other parts’ metrics are; an own one if absent. */
  readonly registry?: Registry;
  readonly log: Logger;
  /** How long `close` waits for requests under way, in milliseconds. */
  readonly graceMs?: number;
}

export interface HttpServer {
  /** For the gateway to attach its sockets to. */
  readonly server: Server;
  readonly callback: RequestListener;
  /** Answers the port: a free one for 0. */
  listen(port: number, host?: string): Promise<number>;
  /** Takes no more connections, lets requests under way end, and then resolves. Idempotent. */
  close(): Promise<void>;
}

/** All that this process answers over HTTP. */
export function createHttp(options: HttpOptions): HttpServer {
  const idempotency = options.idempotency && new Idempotency(options.idempotency, options.log);
  const { registry = new Registry() } = options;
  const limits = new RateLimits(options);
  const count = requestCounter(registry);
  const known = new KnownReads();
  const house = { ...options, registry, limits, idempotency, count, known, lines: requestLines(options.log) };
  const callback = quickReads(house, createApp(house).callback() as RequestListener);
  // As long as the largest file takes over a slow line.
  const server = createServer({ requestTimeout: 300_000, headersTimeout: 20_000 }, callback);
  // Longer than the usual proxy keeps its side, so that it is never the server that hangs up on a fresh request.
  server.keepAliveTimeout = 75_000;
  const end = closer(server, options.graceMs ?? 5_000);
  return {
    server,
    callback,
    listen: (port, host) => listen(server, port, host),
    close: () => end(),
  };
}

interface AppOptions extends Omit<HttpOptions, 'idempotency' | 'limits'> {
  readonly registry: Registry;
  readonly limits: RateLimits;
  readonly idempotency: Idempotency | undefined;
  readonly count: CountRequest;
  readonly known: KnownReads;
  readonly lines: Logger;
}

function createApp(options: AppOptions): Koa {
  const { log, lines, checks, registry, limits, count } = options;
  const shared = { ...options, compressor: new Compressor() };
  const app = new Koa();
  app.on('error', (error: Error & { headerSent?: boolean }) => {
    // What broke while it was being sent is mostly a client that went away.
    log[error.headerSent ? 'debug' : 'error']({ err: error }, 'answer not sent');
  });
  app.use(requestLog(lines));
  app.use(securityHeaders());
  app.use(refuseUnreadable);
  app.use(metrics(registry, count));
  app.use(problems(log));
  app.use(health(checks, log));
  app.use(createRest({ ...options, origins: new PageOrigins(options) }));
  if (options.files) app.use(files({ ...options, ...options.files, limits }));
  if (options.cobrowse) app.use(cobrowseAssets({ ...options, ...options.cobrowse, limits }));
  app.use(docs(shared));
  app.use(cobrowseViewer(shared));
  app.use(cdn(shared));
  app.use(pages(shared));
  app.use((ctx) => sendText(ctx, 404, 'There is nothing at this address.'));
  return app;
}

/** An address that cannot be decoded would otherwise mean something else to every part that reads it. */
const refuseUnreadable: Koa.Middleware = (ctx, next) => {
  const target = ctx.req.url ?? '';
  try {
    const parseable = target.startsWith('/') || URL.canParse(target);
    if (parseable && !decodeURIComponent(ctx.path).includes('\0')) return next();
  } catch {
    // Answered below, together with NUL.
  }
  sendProblem(ctx, { code: 'INVALID_INPUT', detail: 'The address is not valid: check its percent-encoding.' });
  return Promise.resolve();
};

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`Port ${port} is taken by another program; set PORT to a free one.`, { cause: error })
          : error,
      );
    };
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closer(server: Server, graceMs: number): () => Promise<void> {
  const sockets = new Set<Socket>();
  let closing: Promise<void> | undefined;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    closing ??= new Promise((resolve) => {
      // Upgraded connections are the gateway's, but none of them may outlast the server.
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      // A connection that is kept alive after its last answer would keep the closing server alive with it.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      server.close(() => {
        clearTimeout(timer);
        clearInterval(sweep);
        resolve();
      });
    });
    return closing;
  };
}
