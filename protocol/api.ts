import type { z } from 'zod';
import { agentsRoutes } from './agents.ts';
import { auditRoutes } from './audit.ts';
import { callingEvents, callingMethods, callingRoutes } from './calling.ts';
import { chatEvents, chatMethods } from './chat.ts';
import { cobrowseEvents, cobrowseMethods, cobrowseRoutes } from './cobrowse.ts';
import { conversationEvents, conversationMethods, conversationRoutes } from './conversation.ts';
import { customersRoutes } from './customers.ts';
import { identityEvents, identityMethods } from './identity.ts';
import { mediaEvents, mediaMethods } from './media.ts';
import { presenceEvents, presenceMethods, presenceRoutes } from './presence.ts';
import { rulesEvents, rulesMethods, rulesRoutes } from './rules.ts';
import { siteRoutes } from './site.ts';
import { webhooksRoutes } from './webhooks.ts';

/** Every request that a socket may send, by name. */
export const methods = {
  ...identityMethods,
  ...presenceMethods,
  ...chatMethods,
  ...conversationMethods,
  ...callingMethods,
  ...cobrowseMethods,
  ...mediaMethods,
  ...rulesMethods,
};

/** Every fact that the server tells a socket, by name. */
export const events = {
  ...identityEvents,
  ...presenceEvents,
  ...chatEvents,
  ...conversationEvents,
  ...callingEvents,
  ...cobrowseEvents,
  ...mediaEvents,
  ...rulesEvents,
};

/** Every REST route, by operation id. */
export const routes = {
  ...agentsRoutes,
  ...customersRoutes,
  ...presenceRoutes,
  ...conversationRoutes,
  ...callingRoutes,
  ...cobrowseRoutes,
  ...rulesRoutes,
  ...webhooksRoutes,
  ...auditRoutes,
  ...siteRoutes,
};

export type MethodName = keyof typeof methods;
/** Which roles may send it. */
export type MethodRole<M extends MethodName> = (typeof methods)[M]['who'][number];
/** What a caller sends: before defaults and transforms. */
export type MethodRequest<M extends MethodName> = z.input<(typeof methods)[M]['input']>;
/** What a handler receives: after them. */
export type MethodInput<M extends MethodName> = z.output<(typeof methods)[M]['input']>;
export type MethodOutput<M extends MethodName> = z.output<(typeof methods)[M]['output']>;

export type EventName = keyof typeof events;
export type EventPayload<E extends EventName> = z.output<(typeof events)[E]['payload']>;

export type RouteName = keyof typeof routes;
type Part<R, K extends string> = R extends { [key in K]: z.ZodType } ? z.output<R[K]> : undefined;
export type RouteParams<R extends RouteName> = Part<(typeof routes)[R], 'params'>;
export type RouteQuery<R extends RouteName> = Part<(typeof routes)[R], 'query'>;
export type RouteBody<R extends RouteName> = Part<(typeof routes)[R], 'body'>;
export type RouteResponse<R extends RouteName> = Part<(typeof routes)[R], 'response'>;
