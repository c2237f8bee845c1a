import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { routes } from '#protocol/api.ts';
import type { AnswerCache, KeptAnswer } from './AnswerCache.ts';
import { bearerOf } from './bearer.ts';
import { everyAnswer, jsonAnswer } from './headers.ts';
import type { CountRequest } from './metrics.ts';
import { type RateLimits, standingHeaders } from './RateLimits.ts';
import type { Authenticator, RestCaller } from './RestHandlers.ts';
import { logWhenClosed } from './requestLog.ts';

export interface KeptAnswersHouse {
  readonly answers: AnswerCache;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  readonly count: CountRequest;
  readonly log: Logger;
}

const HEAD = Object.entries({ ...everyAnswer, ...jsonAnswer }).flat();

/**
 * Polling, answered before anything is made for a request: a kept answer goes out with the headers, the count, the
 * limits and the line in the log that rest.ts would give it. Whatever is not that plain goes on to `others`.
 */
export function keptAnswers(house: KeptAnswersHouse, others: RequestListener): RequestListener {
  return (req, res) => {
    const caller = isPlain(req) ? callerOf(req, house.authenticator) : undefined;
    const answer = caller && house.answers.get(caller, req.url ?? '');
    if (answer && house.limits.lets(caller)) send(res, answer, caller, house);
    else others(req, res);
  };
}

/** No page of another origin, no body, nothing expected of the server. */
const isPlain = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers.origin === undefined &&
  headers['content-length'] === undefined &&
  headers['transfer-encoding'] === undefined &&
  headers.expect === undefined;

function callerOf(
  req: IncomingMessage,
  authenticator: Authenticator,
): Exclude<RestCaller, { kind: 'none' }> | undefined {
  const secret = bearerOf({ req });
  const caller = secret === undefined ? undefined : authenticator.known?.(secret);
  return caller && caller.kind !== 'none' ? caller : undefined;
}

function send(
  res: ServerResponse,
  { route, body, length }: KeptAnswer,
  caller: Exclude<RestCaller, { kind: 'none' }>,
  { limits, count, log }: KeptAnswersHouse,
): void {
  const started = performance.now();
  const { status } = routes[route];
  logWhenClosed(log, res, 'GET', () => route);
  const standing = limits.count(caller);
  const told = standing ? standingHeaders(standing).flat() : [];
  res.writeHead(status, [...HEAD, ...told, 'Content-Length', length]);
  res.end(body);
  count(route, status, started);
}
