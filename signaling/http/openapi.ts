import type { z } from 'zod';
import * as agents from '#protocol/agents.ts';
import { type RouteName, routes } from '#protocol/api.ts';
import * as audit from '#protocol/audit.ts';
import * as calling from '#protocol/calling.ts';
import * as chat from '#protocol/chat.ts';
import type { RestAuth, Route } from '#protocol/contract.ts';
import * as conversation from '#protocol/conversation.ts';
import * as customers from '#protocol/customers.ts';
import { commonErrors, type ErrorCode, errorCodes, httpStatus } from '#protocol/errors.ts';
import * as files from '#protocol/files.ts';
import * as identity from '#protocol/identity.ts';
import * as presence from '#protocol/presence.ts';
import * as rules from '#protocol/rules.ts';
import * as site from '#protocol/site.ts';
import * as webhooks from '#protocol/webhooks.ts';
import product from '../../package.json' with { type: 'json' };
import { type JsonSchema, jsonSchemas, reachable } from './jsonSchema.ts';
import { answerHeaders, filePaths, headerRefs, idempotencyKey } from './openapiParts.ts';
import { problemTitles } from './problem.ts';

/** Where a schema is exported by name, the document uses that name; every other one stands in its place. */
const rows = [identity, agents, customers, presence, files, chat, conversation, calling, rules, webhooks, audit, site];

const security: Readonly<Record<RestAuth, readonly Record<string, string[]>[]>> = {
  none: [],
  site: [{ apiKey: [] }, { accessToken: [] }],
  agent: [{ userToken: [] }, { accessToken: [] }],
  any: [{ apiKey: [] }, { userToken: [] }, { accessToken: [] }],
  admin: [{ apiKey: [] }, { userToken: [] }, { accessToken: [] }],
};

const securitySchemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'The site’s API key: for the site’s own servers.' },
  userToken: { type: 'http', scheme: 'bearer', description: 'A user token: acts as one agent.' },
  accessToken: {
    type: 'apiKey',
    in: 'query',
    name: 'access_token',
    description: 'Either of them, where a header cannot be sent. CoView does not log it; a proxy in between may.',
  },
};

const ref = (kind: 'schemas' | 'responses', name: string) => ({ $ref: `#/components/${kind}/${name}` });
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The OpenAPI 3.1 document, out of the schemas that check the requests. */
export function openApi(publicUrl?: string) {
  const names = Object.keys(routes) as RouteName[];
  const requests = jsonSchemas(requestSchemas(names), 'input');
  const responses = responseSchemas(names);
  const nameOf = new Map([...responses].map(([name, schema]) => [schema, name]));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of names) {
    const route: Route = routes[name];
    const verbs = { [route.verb.toLowerCase()]: operation(name, route, requests, nameOf) };
    paths[route.path] = { ...paths[route.path], ...verbs };
  }
  const problemsByCode = problemResponses();
  const schemas = { ...requests, ...jsonSchemas(responses, 'output'), Problem: problemSchema };
  return {
    openapi: '3.1.0',
    info: {
      title: 'CoView REST API',
      version: product.version,
      description:
        'Errors are problem details (RFC 9457) with a `code`. Lists are paged: send `nextCursor` as `cursor`. ' +
        'A POST that is sent again under the same `Idempotency-Key` within a day is not done again. Every answer tells ' +
        'of the rate limit that ends first, in RateLimit-Limit, -Remaining and -Reset (seconds).',
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: [...new Set([...names.map((name) => tagOf(routes[name].path)), 'files'])].map((name) => ({ name })),
    paths: { ...paths, ...filePaths },
    components: {
      schemas: reachable([paths, filePaths, problemsByCode], schemas),
      responses: problemsByCode,
      headers: answerHeaders,
      parameters: { IdempotencyKey: idempotencyKey },
      securitySchemes,
    },
  };
}

function operation(
  name: RouteName,
  route: Route,
  requests: Record<string, JsonSchema>,
  nameOf: ReadonlyMap<z.ZodType, string>,
) {
  const id = capital(name);
  const response = route.response && nameOf.get(route.response);
  const success = response && { content: { 'application/json': { schema: ref('schemas', response) } } };
  return {
    operationId: name,
    summary: route.summary,
    tags: [tagOf(route.path)],
    security: security[route.auth],
    parameters: [
      ...parameters('path', requests[`${id}Params`]),
      ...parameters('query', requests[`${id}Query`]),
      ...(mayRepeat(route) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ],
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: ref('schemas', `${id}Body`) } } },
    }),
    responses: {
      [route.status]: {
        description: route.response ? 'Done' : 'Done, without an answer',
        headers: {
          ...headerRefs('RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'),
          ...(mayRepeat(route) && headerRefs('Idempotent-Replayed')),
        },
        ...success,
      },
      ...failures(route),
    },
  };
}

/** The parts of every request. Components keep the name of their operation, as two rarely take the same. */
function requestSchemas(names: readonly RouteName[]): Map<string, z.ZodType> {
  const schemas = new Map<string, z.ZodType>();
  for (const name of names) {
    const { params, query, body }: Route = routes[name];
    for (const [part, schema] of Object.entries({ params, query, body })) {
      // A clone, so that two routes that share a schema get a component each.
      if (schema) schemas.set(capital(name) + capital(part), schema.clone());
    }
  }
  return schemas;
}

function responseSchemas(names: readonly RouteName[]): Map<string, z.ZodType> {
  const exported = rows.flatMap((row) => Object.entries(row)).filter(([name]) => /^[A-Z]/.test(name));
  const schemas = new Map(exported as [string, z.ZodType][]);
  const known = new Set(schemas.values());
  for (const name of names) {
    const { response }: Route = routes[name];
    if (response && !known.has(response)) schemas.set(`${capital(name)}Response`, response);
    if (response) known.add(response);
  }
  return schemas;
}

function parameters(place: 'path' | 'query', schema: JsonSchema | undefined) {
  const required = (schema?.required ?? []) as string[];
  return Object.entries((schema?.properties ?? {}) as Record<string, JsonSchema>).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }));
}

const problemSchema: JsonSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong with this request, and the cure' },
    code: { type: 'string', enum: errorCodes },
    errors: {
      type: 'array',
      description: 'Every field that does not fit',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
};

const problemContent = (codes: readonly ErrorCode[]) => ({
  'application/problem+json': {
    schema: { allOf: [ref('schemas', 'Problem'), { properties: { code: { enum: codes } } }] },
  },
});

const problemResponses = () =>
  Object.fromEntries(
    errorCodes.map((code) => [
      code,
      {
        description: problemTitles[code],
        ...(code === 'RATE_LIMITED' && { headers: headerRefs('Retry-After') }),
        content: problemContent([code]),
      },
    ]),
  );

/** Whether the header Idempotency-Key counts. */
const mayRepeat = (route: Route): boolean => route.verb === 'POST' && route.auth !== 'none';
const conflict: readonly ErrorCode[] = ['CONFLICT'];

/** Several codes may share a status, which in OpenAPI has one response. */
function failures(route: Route): Record<string, unknown> {
  const codes = [...new Set([...commonErrors, ...route.errors, ...(mayRepeat(route) ? conflict : [])])];
  const byStatus = Map.groupBy(codes, (code) => httpStatus[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, [code, ...more]]) => {
      if (!code || more.length === 0) return [status, ref('responses', code ?? 'INTERNAL')];
      const all = [code, ...more];
      const description = all.map((each) => `${each}: ${problemTitles[each]}`).join('. ');
      return [status, { description, content: problemContent(all) }];
    }),
  );
}

const tagOf = (path: string): string => path.split('/')[3] ?? 'other';
