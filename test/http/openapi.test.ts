import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, methods, routes } from '#protocol/api.ts';
import type { Route } from '#protocol/contract.ts';
import { commonErrors, errorCodes, httpStatus } from '#protocol/errors.ts';
import { type Running, raw, start, startHere } from './harness.ts';

interface Operation {
  operationId: string;
  security: Record<string, unknown>[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<'schemas' | 'responses' | 'securitySchemes', Record<string, Record<string, unknown>>>;
}

let server: Running;
let document: Document;
beforeAll(async () => {
  server = await start();
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
});
afterAll(() => server.close());

const entries = Object.entries(routes) as [string, Route][];

/** Every value in the document under this key. */
function all(key: string, value: unknown = document): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => (name === key ? [item] : all(key, item)));
}

const resolve = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);

describe('the OpenAPI document', () => {
  it('[HTTP-11] is 3.1, and its references all resolve', () => {
    expect(document.openapi).toBe('3.1.0');
    const references = all('$ref') as string[];
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\//);
      expect(resolve(reference), reference).toBeDefined();
    }
    expect([...all('$id'), ...all('$schema'), ...all('$defs')]).toEqual([]);
  });

  it('[HTTP-11] has nothing that no operation leads to', () => {
    const used = new Set(all('$ref') as string[]);
    expect(
      Object.keys(document.components.schemas).filter((name) => !used.has(`#/components/schemas/${name}`)),
    ).toEqual([]);
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
    expect(operations).toHaveLength(entries.length + 2);
  });

  it.each(entries)('[HTTP-11] describes %s', (name, route) => {
    const operation = document.paths[route.path]?.[route.verb.toLowerCase()];
    expect(operation?.operationId).toBe(name);
    const inPath = operation?.parameters
      .filter((parameter) => parameter.in === 'path')
      .map((parameter) => parameter.name);
    expect(inPath).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key));
    expect(Boolean(operation?.requestBody)).toBe(Boolean(route.body));
    expect(operation?.responses).toHaveProperty(String(route.status));
    for (const code of [...commonErrors, ...route.errors]) {
      expect(JSON.stringify(operation?.responses[httpStatus[code]])).toContain(code);
    }
    const repeatable = route.verb === 'POST' && route.auth !== 'none';
    expect(JSON.stringify(operation?.parameters).includes('IdempotencyKey')).toBe(repeatable);
    expect(JSON.stringify(operation?.responses[route.status])).toContain('RateLimit-Remaining');
    expect(operation?.security.length === 0).toBe(route.auth === 'none');
    for (const scheme of operation?.security.flatMap((need) => Object.keys(need)) ?? []) {
      expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
  });

  it('[HTTP-11] describes how files come and go', () => {
    expect(document.paths['/files/{site}']?.post?.operationId).toBe('uploadFile');
    expect(document.paths['/files/{site}/{id}/{key}']?.get?.operationId).toBe('downloadFile');
    const tags = (document as unknown as { tags: { name: string }[] }).tags.map(({ name }) => name);
    expect(tags).toEqual(expect.arrayContaining(['agents', 'customers', 'conversations', 'webhooks', 'files']));
  });

  it('[HTTP-11] says what a caller sends: defaults are not required, unknown fields are refused', () => {
    expect(document.components.schemas.CreateAgentBody).toMatchObject({
      required: ['email', 'name'],
      additionalProperties: false,
    });
    const [limit] = document.paths['/rest/v1/agents']?.get?.parameters ?? [];
    expect(limit).toMatchObject({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', default: 50 },
    });
    expect(document.components.schemas.Agent).not.toHaveProperty('additionalProperties');
  });

  it('[HTTP-11] has a problem response for every code', () => {
    expect(Object.keys(document.components.responses)).toEqual([...errorCodes]);
  });

  it('[HTTP-11] names the public address, and is asked for again only when it changed', async () => {
    expect(document.servers).toEqual([{ url: '/' }]);
    const { url, port } = await startHere({ publicUrl: 'https://help.example' });
    const response = await fetch(`${url}/openapi.json`);
    expect(((await response.json()) as Document).servers).toEqual([{ url: 'https://help.example' }]);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const again = await raw(port, '/openapi.json', { 'If-None-Match': response.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });
});

describe('the pages', () => {
  const page = async (path: string) => {
    const response = await fetch(server.url + path);
    expect(response.status, path).toBe(200);
    return { text: await response.text(), headers: response.headers };
  };

  it('[HTTP-12] load nothing from elsewhere and hold nothing inline', async () => {
    for (const path of ['/docs/', '/docs/socket.html', '/docs/errors.html']) {
      const { text, headers } = await page(path);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'; style-src 'self'",
      );
      expect(text).not.toMatch(/https?:\/\/|<style|style=|<script>|onclick/);
      for (const [, address = ''] of text.matchAll(/<(?:script|link)[^>]+(?:src|href)="(\/[^"]+)"/g))
        await page(address);
    }
  });

  it('[HTTP-12] list every method and event of the socket, with who, errors and schemas', async () => {
    const { text } = await page('/docs/socket.html');
    for (const [name, { summary }] of Object.entries({ ...methods, ...events })) {
      expect(text).toContain(`<section id="${name}">`);
      expect(text).toContain(summary.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
    }
    const [, start = ''] = text.split('<section id="calling.start">');
    const section = start.slice(0, start.indexOf('</section>'));
    expect(section).toContain('<span class="role">agent</span>');
    expect(section).toContain('<code>VISITOR_OFFLINE</code>');
    expect(section).toContain('&quot;visitorId&quot;');
    expect(text.match(/<summary>/g)).toHaveLength(Object.keys(methods).length * 2 + Object.keys(events).length);
  });

  it('[HTTP-12] have a place for every error’s `type`', async () => {
    const { text } = await page('/docs/errors.html');
    for (const code of errorCodes) expect(text).toContain(`id="${code}"`);
  });
});
