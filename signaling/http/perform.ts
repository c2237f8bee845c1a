import { isDeepStrictEqual } from 'node:util';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { CvError, commonErrors } from '#protocol/errors.ts';
import { jsonAnswer } from './headers.ts';
import type { RestAnswer } from './Idempotency.ts';
import type { RestHandlers, RestRequest } from './RestHandlers.ts';

export interface Performing {
  readonly rest: RestHandlers;
  /** Compares every answer and error with the contract: a mismatch, also a field too much, is INTERNAL. For tests. */
  readonly checkResponses?: boolean;
}

// One handler of each name takes its own route's request; that they fit is checked where RestHandlers is written.
type AnyHandler = (request: RestRequest<RouteName>) => Promise<unknown>;

/** Lets the route’s handler answer. */
export async function perform(
  name: RouteName,
  request: RestRequest<RouteName>,
  house: Performing,
): Promise<RestAnswer> {
  const route: Route = routes[name];
  const handler = house.rest[name] as unknown as AnyHandler;
  const response = await (house.checkResponses ? checked(name, route, handler(request)) : handler(request));
  if (!route.response) return { status: route.status, type: '', body: '' };
  const body = jsonOf(response);
  if (body === undefined) throw new Error(`the handler of ${name} answered nothing`);
  return { status: route.status, type: jsonAnswer['Content-Type'], body };
}

const texts = new WeakMap<object, string>();

/** What is frozen stays as it is, and so does its text. */
function jsonOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !Object.isFrozen(response)) return JSON.stringify(response);
  const known = texts.get(response);
  if (known !== undefined) return known;
  const text = JSON.stringify(response);
  texts.set(response, text);
  return text;
}

async function checked(name: RouteName, route: Route, answering: Promise<unknown>): Promise<unknown> {
  const response = await answering.catch((error: unknown) => {
    const undeclared = error instanceof CvError && ![...commonErrors, ...route.errors].includes(error.code);
    throw undeclared ? new Error(`${name} does not declare the error ${error.code}`, { cause: error }) : error;
  });
  if (!route.response) {
    if (response !== undefined) throw new Error(`the handler of ${name} answered although its route has no answer`);
    return response;
  }
  const parsed = route.response.safeParse(response);
  if (!parsed.success) throw new Error(`the answer of ${name} does not fit its schema`, { cause: parsed.error });
  // A schema drops what it does not know; the wire would carry it, a password hash for example.
  if (!isDeepStrictEqual(onWire(parsed.data), onWire(response))) {
    throw new Error(`the answer of ${name} carries more than its schema`);
  }
  return response;
}

const onWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
