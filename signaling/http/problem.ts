import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { CvError, type ErrorCode, httpStatus } from '#protocol/errors.ts';

/** One field of a request that does not fit, for example `{path: 'body.email', message: 'expected …'}`. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Short meaning of each code: the `title` of its problems and its line in the documentation. */
export const problemTitles: Readonly<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: 'The request does not show who sends it',
  FORBIDDEN: 'This caller may not do this',
  NOT_FOUND: 'There is no such thing here',
  INVALID_INPUT: 'The request does not fit the contract',
  CONFLICT: 'This does not fit the present state',
  RATE_LIMITED: 'Too many requests',
  PAYLOAD_TOO_LARGE: 'The request is too large',
  NOT_TAGGED: 'The visitor has not been tagged',
  VISITOR_OFFLINE: 'The visitor is not on the site now',
  AGENT_OFFLINE: 'No agent is online',
  CALL_BUSY: 'The other side is rung or in a call',
  DECLINED: 'The other side declined',
  TIMEOUT: 'No answer came in time',
  UNSUPPORTED: 'This is not supported here',
  SIGNATURE_REQUIRED: 'This site accepts signed identities only',
  SIGNATURE_INVALID: 'The signature does not verify',
  UNAVAILABLE: 'A part of the server is not available at the moment',
  INTERNAL: 'The server failed',
};

export interface Problem {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Where it is not the code's own. */
  readonly status?: number;
  readonly errors?: readonly FieldError[];
}

/** A request that does not fit, with every field that is wrong. */
export class InputError extends CvError {
  readonly errors: readonly FieldError[];

  constructor(detail: string, errors: readonly FieldError[] = []) {
    super('INVALID_INPUT', detail);
    this.errors = errors;
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457 `application/problem+json`. */
export function problemJson({ code, detail, errors, status = httpStatus[code] }: Problem): string {
  const type = `/docs/errors.html#${code}`;
  const listed = errors && errors.length > 0 ? { errors } : {};
  return JSON.stringify({ type, title: problemTitles[code], status, detail, code, ...listed });
}

export const problemOf = (error: CvError): Problem => ({
  code: error.code,
  detail: error.message,
  ...(error instanceof InputError && { errors: error.errors }),
});

export function sendProblem(ctx: Context, problem: Problem): void {
  const { status = httpStatus[problem.code] } = problem;
  if (status === 401 && !ctx.response.get('WWW-Authenticate')) ctx.set('WWW-Authenticate', 'Bearer realm="CoView"');
  ctx.set('Cache-Control', 'no-store');
  ctx.status = status;
  ctx.body = problemJson(problem);
  ctx.type = PROBLEM_TYPE;
}

/** The one place where what a request threw becomes its answer; nothing internal gets past it. */
export function problems(log: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const route = ctx.state.route;
      if (error instanceof CvError && error.code !== 'INTERNAL') {
        const level = httpStatus[error.code] < 500 ? 'debug' : 'warn';
        if (error.cause !== undefined) log[level]({ err: error, route }, 'request refused');
        sendProblem(ctx, problemOf(error));
      } else {
        log.error({ err: error, route }, 'request failed');
        sendProblem(ctx, { code: 'INTERNAL', detail: 'The server could not do this; its log says why.' });
      }
    }
  };
}
