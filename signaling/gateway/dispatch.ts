import type { Logger } from 'pino';
import { type MethodName, methods } from '#protocol/api.ts';
import type { Method } from '#protocol/contract.ts';
import { CvError, commonErrors, type WireError } from '#protocol/errors.ts';
import { outOfBounds } from './bounds.ts';
import type { Caller, Handlers } from './Caller.ts';
import { clip, explain } from './explain.ts';

export type Answer = { data: unknown } | { error: WireError };

export interface DispatchOptions {
  handlers: Handlers;
  log: Logger;
  /** Tells metrics how each request went. */
  observe?: (method: string, outcome: string) => void;
  /** Compare every answer and error with the contract (tests). */
  checkAnswers?: boolean;
}

export type Dispatch = (caller: Caller, name: unknown, input: unknown) => Promise<Answer>;

type AnyHandler = (caller: Caller, input: unknown) => unknown;

/** The one way from a socket's request to its answer: parse → authorize → handle → map the error. */
export function createDispatch({ handlers, log, observe, checkAnswers = false }: DispatchOptions): Dispatch {
  const table = new Map<string, { method: Method; handle: AnyHandler }>(
    Object.entries(methods).map(([name, method]) => [
      name,
      { method, handle: handlers[name as MethodName] as unknown as AnyHandler },
    ]),
  );

  const run = async (caller: Caller, name: unknown, input: unknown): Promise<unknown> => {
    const entry = typeof name === 'string' ? table.get(name) : undefined;
    if (!entry) throw new CvError('NOT_FOUND', 'There is no such method; see /docs/ for those there are.');
    const { method, handle } = entry;
    if (!method.who.includes(caller.role)) {
      throw new CvError('FORBIDDEN', `${name} is for ${method.who.join(' and ')} only.`);
    }
    const reason = outOfBounds(input);
    if (reason !== undefined) throw new CvError('INVALID_INPUT', clip(reason));
    const parsed = method.input.safeParse(input);
    if (!parsed.success) throw new CvError('INVALID_INPUT', explain(parsed.error));
    const output = await handle(caller, parsed.data);
    if (checkAnswers) method.output.parse(output);
    return output;
  };

  return async (caller, name, input) => {
    const label = typeof name === 'string' && table.has(name) ? name : 'unknown';
    try {
      const data = await run(caller, name, input);
      observe?.(label, 'ok');
      return { data };
    } catch (error) {
      const known = error instanceof CvError ? error : undefined;
      const undeclared = known && label !== 'unknown' && !declares(table.get(label)?.method, known);
      if (!known || undeclared || known.code === 'INTERNAL') {
        log.error({ err: error, method: label }, 'request failed');
      } else if (known.code === 'UNAVAILABLE' && known.cause) {
        log.warn({ err: error, method: label }, 'request refused');
      }
      const answer: WireError =
        known && !(undeclared && checkAnswers)
          ? known.toJSON()
          : { code: 'INTERNAL', message: 'The server could not do this; it was logged.' };
      observe?.(label, answer.code);
      return { error: answer };
    }
  };
}

const declares = (method: Method | undefined, error: CvError): boolean =>
  commonErrors.includes(error.code) || (method?.errors.includes(error.code) ?? false);
