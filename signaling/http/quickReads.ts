import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { type RouteName, routes } from '#protocol/api.ts';
import { bearerOf, lets } from './bearer.ts';
import { everyAnswer, jsonAnswer } from './headers.ts';
import type { RestAnswer } from './Idempotency.ts';
import type { KnownReads } from './KnownReads.ts';
import type { CountRequest } from './metrics.ts';
import { type Performing, perform } from './perform.ts';
import { type RateLimits, standingHeaders } from './RateLimits.ts';
import type { Authenticator, RestCaller, RestRequest } from './RestHandlers.ts';
import { logWhenClosed } from './requestLog.ts';
import type { Standing } from './Windows.ts';

export interface QuickReadsHouse extends Performing {
  readonly known: KnownReads;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  readonly count: CountRequest;
  /** Takes the line of each request. */
  readonly lines: Logger;
}

type KnownCaller = Exclude<RestCaller, { kind: 'none' }>;

const HEAD = Object.entries({ ...everyAnswer, ...jsonAnswer }).flat();

/**
 * Polling: a read whose address and caller are known goes to its handler at once, and its answer out with the headers,
 * the count, the limits and the line in the log that rest.ts would give it. Whatever is not that plain, or fails, goes
 * on to `others`.
 */
export function quickReads(house: QuickReadsHouse, others: RequestListener): RequestListener {
  return (req, res) => {
    const caller = isPlain(req) ? callerOf(req, house.authenticator) : undefined;
    const read = caller && house.known.get(req.url ?? '');
    if (!read || !lets(routes[read.name].auth, caller)) return others(req, res);
    const started = performance.now();
    const standing = house.limits.count(caller);
    const goOn = () => {
      house.limits.counted(req, standing);
      others(req, res);
    };
    if (standing?.refused) return goOn();
    const request = { caller, ...read.input } as RestRequest<RouteName>;
    perform(read.name, request, house).then((answer) => send(res, read.name, answer, standing, started, house), goOn);
  };
}

/** No page of another origin, no body, nothing expected of the server. */
const isPlain = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.origin === undefined &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  headers.expect === undefined;

function callerOf(req: IncomingMessage, authenticator: Authenticator): KnownCaller | undefined {
  const secret = bearerOf({ req });
  const caller = secret === undefined ? undefined : authenticator.known?.(secret);
  return caller && caller.kind !== 'none' ? caller : undefined;
}

function send(
  res: ServerResponse,
  name: RouteName,
  { status, body }: RestAnswer,
  standing: Standing | undefined,
  started: number,
  { count, lines }: QuickReadsHouse,
): void {
  logWhenClosed(lines, res, 'GET', () => name, started);
  const told = standing ? standingHeaders(standing).flat() : [];
  const bytes = Buffer.byteLength(body);
  res.writeHead(status, [...HEAD, ...told, 'Content-Length', String(bytes)]);
  // Text of ASCII alone has the same bytes in both, and Node writes the one without an encoder.
  res.end(body, bytes === body.length ? 'latin1' : 'utf8');
  count(name, status, started);
}
