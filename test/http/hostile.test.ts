import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RouteName, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { errorCodes } from '#protocol/errors.ts';
import { API_KEY, USER_TOKEN } from './fakes.ts';
import { json, type Running, start } from './harness.ts';

let server: Running;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

const entries = Object.entries(routes) as [RouteName, Route][];

const tricky = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  '\0',
  '\ud800',
  '﻿',
  '%00',
  '../..',
  '{{7*7}}',
  "' OR 1=1 --",
  '<script>',
  '\r\nX: y',
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), tricky);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  tricky,
  fc.constantFrom(Number.MAX_VALUE, -0, Number.MAX_SAFE_INTEGER),
);

/** Bodies that come close: the contract's own field names with wrong values, and anything else. */
function bodies(route: Route) {
  const names = fieldsOf(route.body);
  const near = fc.dictionary(fc.oneof(fc.constantFrom('x', ...names), text), value, { maxKeys: 8 });
  return fc.oneof(near, value).map((body) => JSON.stringify(body));
}

function fieldsOf(schema: unknown): string[] {
  const shape = (schema as { shape?: object } | undefined)?.shape;
  return shape ? Object.keys(shape) : [];
}

async function expectNoServerError(path: string, init: RequestInit): Promise<void> {
  const response = await fetch(server.url + path, init);
  const answer = await response.text();
  expect(response.status, answer).toBeLessThan(500);
  if (response.status < 400) return;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer);
  expect(errorCodes).toContain(problem.code);
  expect(problem).toMatchObject({ type: expect.any(String), title: expect.any(String), status: response.status });
  expect(problem.detail.length).toBeGreaterThan(5);
}

describe('nothing a client sends makes a server error', () => {
  it.each(entries)('[HTTP-8] %s', async (_name, route) => {
    const segments = route.path.split('/');
    const secrets = fc.constantFrom(API_KEY, USER_TOKEN, undefined, 'wrong');
    const query = fc.dictionary(fc.oneof(fc.constantFrom('limit', 'cursor', 'access_token', 'x'), text), text, {
      maxKeys: 4,
    });
    const input = fc.record({
      secret: secrets,
      query,
      body: bodies(route),
      parameters: fc.array(text, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ secret, query, body, parameters }) => {
        const values = [...parameters];
        const path = segments.map((part) => (part.startsWith('{') ? encode(values.pop() ?? 'x') : part)).join('/');
        const search = Object.entries(query).map(([key, of]) => `${encode(key)}=${encode(of)}`);
        await expectNoServerError(`${path}?${search.join('&')}`, {
          method: route.verb,
          headers: { ...json, ...(secret && { Authorization: `Bearer ${secret}` }) },
          ...(route.verb !== 'GET' && { body }),
        });
      }),
      { numRuns: 60 },
    );
  });

  it('[HTTP-8] bytes that are no JSON, under any type', async () => {
    const types = fc.constantFrom(
      'application/json',
      'text/plain',
      'application/json; charset=x',
      'multipart/form-data',
      ';;',
    );
    const input = fc.record({
      type: types,
      body: fc.uint8Array({ maxLength: 300 }),
      path: fc.constantFrom(...entries.map(([, route]) => route)),
    });
    await fc.assert(
      fc.asyncProperty(input, ({ type, body, path }) =>
        expectNoServerError(path.path.replaceAll(/\{\w+\}/g, 'a@b'), {
          method: path.verb === 'GET' ? 'POST' : path.verb,
          headers: { 'Content-Type': type, Authorization: `Bearer ${API_KEY}` },
          body: Buffer.from(body),
        }),
      ),
      { numRuns: 200 },
    );
  });
});

/** As `encodeURIComponent`, which throws on a lone surrogate. */
const encode = (part: string): string => encodeURIComponent(part.toWellFormed()).replaceAll('.', '%2E') || 'x';
